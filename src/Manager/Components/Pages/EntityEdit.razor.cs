using System.Text.Json.Nodes;
using Gateway.Manager.AdminApi;
using Gateway.Manager.Assets;
using Gateway.Manager.Catalog;
using Gateway.Manager.Components.Forms;
using Gateway.Manager.Forms;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using Radzen;

namespace Gateway.Manager.Components.Pages;

/// <summary>Makes or changes an entity of any kind, in a form out of its schema.</summary>
public sealed partial class EntityEdit : ComponentBase
{
    private static readonly string[] _parents = ["service", "route", "consumer", "upstream", "certificate"];

    private EntityKind? _kind;
    private EntitySchema? _schema;
    private FormDocument? _document;
    private AdminAnswer? _failure;
    private FieldProblems _problems = FieldProblems.None;
    private IReadOnlyList<string> _outside = [];
    private HashSet<string> _hidden = [];
    private (string, string?, string?)? _loaded;
    private bool _saving;

    /// <summary>The kind's path.</summary>
    [Parameter] public string Kind { get; set; } = "";

    /// <summary>The entity; none for a new one.</summary>
    [Parameter] public string? Id { get; set; }

    [SupplyParameterFromQuery] private string? Name { get; set; }

    [SupplyParameterFromQuery] private string? Service { get; set; }

    [SupplyParameterFromQuery] private string? Route { get; set; }

    [SupplyParameterFromQuery] private string? Consumer { get; set; }

    [SupplyParameterFromQuery] private string? Upstream { get; set; }

    [SupplyParameterFromQuery] private string? Certificate { get; set; }

    [Inject] private AdminClient Admin { get; set; } = default!;

    [Inject] private SchemaSource Schemas { get; set; } = default!;

    [Inject] private LiveCheck Check { get; set; } = default!;

    [Inject] private NavigationManager Navigation { get; set; } = default!;

    [Inject] private NotificationService Toasts { get; set; } = default!;

    [Inject] private IJSRuntime Js { get; set; } = default!;

    private string EntityName => _document is null || Id is null ? "" : _kind!.NameOf(_document.Current);

    private string Title => Id is null ? $"New {_kind!.Singular}{(_kind.Path == "plugins" && Name is not null ? $": {Name}" : "")}" : $"Edit {EntityName}";

    private string? Owner => _kind?.OwnerField switch { "upstream" => Upstream, "consumer" => Consumer, _ => null };

    private string Back => Id is not null ? $"/{Kind}/{Id}{Query}" : Owner is not null ? $"/{EntityKinds.OwnerOf(_kind!).Path}/{Owner}?tab={Kind}" : $"/{Kind}";

    private string Query => Owner is null ? "" : $"?{_kind!.OwnerField}={Owner}";

    private IReadOnlyList<(string, string?)> Trail => _kind!.OwnerField is null
        ? [(_kind.Plural, $"/{Kind}"), .. Id is null ? Array.Empty<(string, string?)>() : [(EntityName, Back)], (Id is null ? "New" : "Edit", null)]
        : [(EntityKinds.OwnerOf(_kind).Plural, $"/{EntityKinds.OwnerOf(_kind).Path}"), (_kind.Plural, $"/{EntityKinds.OwnerOf(_kind).Path}/{Owner}?tab={Kind}"), (Id is null ? "New" : "Edit", null)];

    private IEnumerable<string> Hints => new[] { _kind!.Hint(_document!.Current) }.OfType<string>().Concat(_schema!.Hints);

    /// <inheritdoc />
    protected override async Task OnParametersSetAsync()
    {
        _kind = EntityKinds.Find(Kind);
        if (_kind is not null && _loaded != (Kind, Id, Name))
        {
            _loaded = (Kind, Id, Name);
            Check.Reset();
            (_document, _schema, _problems, _outside) = (null, null, FieldProblems.None, []);
            await LoadAsync();
        }
    }

    private async Task LoadAsync()
    {
        _failure = null;
        var original = new JsonObject();
        if (Id is not null)
        {
            var answer = await Admin.GetAsync(EntityLinks.Resource(_kind!, Id, Owner));
            if (answer.Entity is null)
            {
                _failure = answer;
                return;
            }

            original = answer.Entity;
        }

        var plugin = _kind!.Path == "plugins" ? original["name"]?.ToString() ?? Name : null;
        if (_kind.Path == "plugins" && string.IsNullOrEmpty(plugin))
        {
            return;
        }

        var (schema, problem) = await Schemas.GetAsync(_kind, plugin);
        (_schema, _failure) = (schema, problem);
        _hidden = [.. new[] { _kind.OwnerField, _kind.Path == "plugins" ? "name" : null }.OfType<string>()];
        _document = new FormDocument(original, Id is null ? Preset(plugin) : null);
    }

    // What led here is filled in: the service of a new route, the name of a plugin.
    private JsonObject Preset(string? plugin)
    {
        var preset = new JsonObject();
        foreach (var (name, id) in _parents.Zip([Service, Route, Consumer, Upstream, Certificate]).Where(parent => !string.IsNullOrEmpty(parent.Second) && parent.First != _kind!.OwnerField))
        {
            preset[name] = new JsonObject { ["id"] = id };
        }

        if (plugin is not null)
        {
            preset["name"] = plugin;
        }

        return preset;
    }

    private Task EditedInCodeAsync() => EditedAsync(null);

    private async Task EditedAsync(string? field)
    {
        Check.Touch(field is null ? _document!.Changes().Select(change => change.Key) : [field]);
        StateHasChanged();
        _problems = await Check.CheckAsync(_schema!, _document!.Current) ?? _problems;
    }

    private async Task SaveAsync()
    {
        if (_saving || _kind is null)
        {
            return;
        }

        _saving = true;
        var answer = Id is null
            ? await Admin.SendAsync(HttpMethod.Post, _kind.CollectionPath(Owner), FormDocument.WithoutNulls(_document!.Changes()))
            : await Admin.SendAsync(HttpMethod.Patch, EntityLinks.Resource(_kind, Id, Owner), _document!.Changes());
        _saving = false;
        if (answer.Entity is { } saved)
        {
            Toasts.Notify(NotificationSeverity.Success, Id is null ? "Created" : "Saved", $"The {_kind.Singular} “{_kind.NameOf(saved)}” is on its way to the data planes.");
            Navigation.NavigateTo(Owner is null ? _kind.Link(saved) : $"/{EntityKinds.OwnerOf(_kind).Path}/{Owner}?tab={Kind}");
            return;
        }

        Check.Touch(_schema!.Fields.Select(part => part.Name));
        _problems = FieldProblems.From(answer);
        var shown = SchemaForm.SectionsOf(_kind, _schema, _hidden).SelectMany(section => section.Fields).ToHashSet();
        _outside = [.. _problems.Outside(shown)];
        if (_outside.Count == 0 && !shown.Any(name => _problems.Of(name).Any))
        {
            _outside = [answer.Message];
        }

        StateHasChanged();
        await using var module = await Js.InvokeAsync<IJSObjectReference>("import", EmbeddedAssets.Url("js/frame.js"));
        await module.InvokeVoidAsync("focusFirstProblem");
    }
}
