using System.Globalization;
using System.Text.Json.Nodes;
using Gateway.Manager.AdminApi;
using Gateway.Manager.Catalog;
using Gateway.Manager.Forms;
using Gateway.Manager.Live;
using Microsoft.AspNetCore.Components;

namespace Gateway.Manager.Components.Controls;

/// <summary>A page of a collection, of any kind.</summary>
public sealed partial class EntityTable : ComponentBase, IDisposable
{
    private EntityPage? _page;
    private AdminAnswer? _problem;
    private JsonObject? _deleting;
    private (string Path, EntityQuery Query)? _shown;
    private CancellationTokenSource _reading = new();
    private CancellationTokenSource _typing = new();
    private IReadOnlyList<Column> _columns = [];
    private bool _loading;

    /// <summary>The kind of its rows.</summary>
    [Parameter, EditorRequired] public EntityKind Kind { get; set; } = default!;

    /// <summary>The collection at the Admin API.</summary>
    [Parameter, EditorRequired] public string CollectionPath { get; set; } = "";

    /// <summary>What it shows.</summary>
    [Parameter] public EntityQuery Query { get; set; } = new();

    /// <summary>Tells that something else is to be shown.</summary>
    [Parameter] public EventCallback<EntityQuery> Changed { get; set; }

    /// <summary>The page that makes a new one.</summary>
    [Parameter] public string? New { get; set; }

    /// <summary>A column that would say the same in every row.</summary>
    [Parameter] public string? Without { get; set; }

    [Inject] private EntityLists Lists { get; set; } = default!;

    [Inject] private EntityNames Names { get; set; } = default!;

    [Inject] private DataPlanesFeed Feed { get; set; } = default!;

    private string NewLink => New ?? $"/{Kind.Path}/new";

    /// <inheritdoc />
    public void Dispose()
    {
        Feed.StateChanged -= Recover;
        _reading.Cancel();
        _typing.Cancel();
    }

    /// <inheritdoc />
    protected override void OnInitialized() => Feed.StateChanged += Recover;

    /// <inheritdoc />
    protected override async Task OnParametersSetAsync()
    {
        _columns = [.. Kind.Columns.Where(column => column.Field != Without)];
        if (_shown != (CollectionPath, Query))
        {
            _shown = (CollectionPath, Query);
            await LoadAsync();
        }
    }

    private async Task LoadAsync()
    {
        await _reading.CancelAsync();
        _reading = new CancellationTokenSource();
        var cancellation = _reading.Token;
        _loading = true;
        try
        {
            var (page, answer) = await Lists.ReadAsync(CollectionPath, Query with { Counted = true }, cancellation);
            // While the Admin API is away the rows that were read stay.
            (_page, _problem) = page is null ? (_page, answer) : (page, null);
            _loading = false;
            StateHasChanged();
            await Names.LoadAsync((page?.Rows ?? []).SelectMany(References), cancellation);
        }
        catch (OperationCanceledException)
        {
            // A newer question is being answered.
        }
    }

    private IEnumerable<(string Kind, string Id)> References(JsonObject row) => row
        .Where(field => field.Value is JsonObject { Count: 1 } && _columns.Any(column => column.Field == field.Key || column.Style is CellStyle.Scope))
        .Select(field => (Kind: field.Key + "s", Id: field.Value!["id"]?.ToString()!)).Where(reference => reference.Id is not null);

    private async Task SearchAsync(string? text)
    {
        await _typing.CancelAsync();
        _typing = new CancellationTokenSource();
        try
        {
            await Task.Delay(200, _typing.Token);
            await Changed.InvokeAsync(Query with { Search = text, Offset = null });
        }
        catch (OperationCanceledException)
        {
            // More is being typed.
        }
    }

    /// <summary>Such as "50 of 1,234 services", and "7 services" where these are all.</summary>
    private string Counted(EntityPage page)
    {
        var total = page.Total ?? page.Rows.Count;
        var words = string.Create(CultureInfo.InvariantCulture, $"{total:N0}{(page.IsMinimum ? "+" : "")} {(total == 1 ? Kind.Singular : Kind.Many)}");
        return page.Rows.Count == total ? words : $"{page.Rows.Count} of {words}";
    }

    private static string IdOf(JsonObject row) => row["id"]?.ToString() ?? "";

    private string? Order(Column column) => Query.Sort is not { } sort || sort.TrimStart('-') != column.Field ? null : sort[0] == '-' ? "descending" : "ascending";

    private string SortLink(Column column) => QueryString(Query with { Sort = Order(column) switch { null => column.Field, "ascending" => $"-{column.Field}", _ => null }, Offset = null });

    private static string QueryString(EntityQuery query) => "?" + string.Join('&', new[] { ("q", query.Search), ("tag", query.Tag), ("sort", query.Sort), ("size", query.Size == 50 ? null : query.Size.ToString(CultureInfo.InvariantCulture)) }
        .Where(part => !string.IsNullOrEmpty(part.Item2)).Select(part => $"{part.Item1}={Uri.EscapeDataString(part.Item2!)}"));

    private async Task DeletedAsync(bool deleted)
    {
        _deleting = null;
        if (deleted)
        {
            await LoadAsync();
        }
    }

    private void Recover() => _ = InvokeAsync(async () =>
    {
        if (Feed.State is FeedState.Live && _problem is not null)
        {
            await LoadAsync();
            StateHasChanged();
        }
    });
}
