using System.Text.Json.Nodes;
using Gateway.Manager.AdminApi;
using Gateway.Manager.Catalog;
using Gateway.Manager.Forms;
using Microsoft.AspNetCore.Components;

namespace Gateway.Manager.Components.Pages;

/// <summary>One entity of any kind: what it says, what belongs to it, and its text.</summary>
public sealed partial class EntityDetail : ComponentBase
{
    private const string Health = "health";
    private const string Traffic = "traffic";

    private EntityKind? _kind;
    private EntitySchema? _schema;
    private JsonObject? _entity;
    private AdminAnswer? _problem;
    private EntityQuery _query = new();
    private (string, string)? _loaded;
    private bool _deleting;

    /// <summary>The kind's path.</summary>
    [Parameter] public string Kind { get; set; } = "";

    /// <summary>The entity's id or name.</summary>
    [Parameter] public string Id { get; set; } = "";

    [SupplyParameterFromQuery] private string? Tab { get; set; }

    [SupplyParameterFromQuery] private string? Upstream { get; set; }

    [SupplyParameterFromQuery] private string? Consumer { get; set; }

    [Inject] private AdminClient Admin { get; set; } = default!;

    [Inject] private SchemaSource Schemas { get; set; } = default!;

    [Inject] private EntityNames Names { get; set; } = default!;

    [Inject] private NavigationManager Navigation { get; set; } = default!;

    private string Name => _kind!.NameOf(_entity!);

    private double? UpdatedAt => _entity?["updated_at"] is JsonValue at && at.TryGetValue<double>(out var seconds) ? seconds : null;

    private string Shown => Tabs.Any(tab => tab.Slug == Tab) ? Tab! : "";

    private IEnumerable<(string Slug, string Title)> Tabs =>
    [
        ("", "Configuration"),
        .. _kind!.Path is "services" or "routes" or "consumers" ? [(Traffic, "Traffic")] : ((string, string)[])[],
        .. _kind.Path == "upstreams" ? [(Health, "Health")] : ((string, string)[])[],
        .. _kind.Children.Select(child => (child.Kind, EntityKinds.All[child.Kind].Plural)),
        ("code", "Code"),
    ];

    private string? Owner => _kind?.OwnerField switch { "upstream" => Upstream, "consumer" => Consumer, _ => null };

    private string ListLink => _kind!.OwnerField is null ? $"/{Kind}" : $"/{EntityKinds.OwnerOf(_kind).Path}/{Owner}?tab={Kind}";

    private IReadOnlyList<(string, string?)> Trail => [(_kind!.Plural, ListLink), (Name, null)];

    /// <inheritdoc />
    protected override async Task OnParametersSetAsync()
    {
        _kind = EntityKinds.Find(Kind);
        if (_kind is not null && _loaded != (Kind, Id))
        {
            _loaded = (Kind, Id);
            _entity = null;
            await LoadAsync();
        }
    }

    private async Task LoadAsync()
    {
        var answer = await Admin.GetAsync(EntityLinks.Resource(_kind!, Id, Owner));
        (_entity, _problem) = (answer.Entity, answer.Succeeded ? null : answer);
        if (_entity is null)
        {
            return;
        }

        (_schema, _) = await Schemas.GetAsync(_kind!, _kind!.Path == "plugins" ? _entity["name"]?.ToString() : null);
        await Names.LoadAsync(_entity.Where(field => field.Value is JsonObject { Count: 1 } && field.Value["id"] is not null)
            .Select(field => (_schema?.Field(field.Key)?.Reference ?? field.Key + "s", field.Value!["id"]!.ToString())));
    }

    private string TabLink(string slug) => Navigation.GetUriWithQueryParameter("tab", slug.Length == 0 ? null : slug);

    private void Deleted(bool deleted)
    {
        _deleting = false;
        if (deleted)
        {
            Navigation.NavigateTo(ListLink);
        }
    }
}
