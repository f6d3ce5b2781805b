using System.Text.Json.Nodes;
using Gateway.Schema;

namespace Gateway.ControlPlane.Store.Behaviours;

/// <summary>What one kind of entity does beyond what its declaration says; most kinds do nothing.</summary>
internal class EntityBehaviour
{
    /// <summary>A kind that does nothing of its own.</summary>
    public static EntityBehaviour None { get; } = new();

    private static readonly Dictionary<string, EntityBehaviour> _byKind = new(StringComparer.Ordinal)
    {
        ["consumers"] = new ConsumerBehaviour(),
        ["consumer_groups"] = new ConsumerGroupBehaviour(),
        ["workspaces"] = new WorkspaceBehaviour(),
        ["certificates"] = new CertificateBehaviour(),
        ["ca_certificates"] = new CaCertificateBehaviour(),
        ["plugins"] = new PluginBehaviour(),
        ["targets"] = new TargetBehaviour(),
    };

    /// <summary>Whether PUT changes an existing row as PATCH does.</summary>
    public virtual bool PutChanges => false;

    /// <summary>Whether a collection is shown from the newest row to the oldest.</summary>
    public virtual bool NewestFirst => false;

    /// <summary>A unique field by which a collection may be asked for one row, or null.</summary>
    public virtual string? Filter => null;

    /// <summary>Whether a GET of something that is not there names the key.</summary>
    public virtual bool NamesMissing => false;

    /// <summary>Whether a PATCH of something that is not there says no more than that.</summary>
    public virtual bool IsSilentWhenMissing(JsonObject sent) => false;

    /// <summary>Whether an entity is shown without what stands elsewhere where another refers to it.</summary>
    public virtual bool IsBareBelow => false;

    /// <summary>Whether a path that names a row tells its methods only when its key can be one.</summary>
    public virtual bool HidesMethods => false;

    /// <summary>Whether the paths of children tell their methods only below a row that is there.</summary>
    public virtual bool HidesMethodsBelow(EntityTable child) => false;

    public static EntityBehaviour Of(EntityTable table) => _byKind.GetValueOrDefault(table.Name, None);

    /// <summary>Reads the path segment that names a row.</summary>
    public virtual Task<Outcome<EntityKey>> KeyAsync(StoreSession session, EntityTable table, string segment) =>
        Task.FromResult(EntityKey.Read(table.Schema, segment));

    /// <summary>Adds to a document what the path says of it, when the path's key is not a field.</summary>
    public virtual void TakeKey(string segment, JsonObject document)
    {
    }

    /// <summary>Judges a document before it is parsed; an update comes laid over its row, and as it was sent.</summary>
    public virtual Task<StoreError?> JudgeAsync(StoreSession session, JsonObject document, JsonObject sent, ParseMode mode) => Task.FromResult<StoreError?>(null);

    /// <summary>Fills or changes fields of a parsed row.</summary>
    public virtual void Complete(JsonObject row)
    {
    }

    /// <summary>Writes what belongs to a row but stands elsewhere; a field that was not sent in an update is not there.</summary>
    public virtual Task<StoreError?> WrittenAsync(StoreSession session, Guid id, JsonObject sent) => Task.FromResult<StoreError?>(null);

    /// <summary>Removes what belongs to a row, or refuses its deletion.</summary>
    public virtual Task<StoreError?> DeletingAsync(StoreSession session, Guid id) => Task.FromResult<StoreError?>(null);

    /// <summary>Adds to rows that are shown what stands elsewhere.</summary>
    public virtual Task ShowAsync(StoreSession session, IReadOnlyList<JsonObject> rows) => Task.CompletedTask;

    /// <summary>What a GET of one row answers, when it is more than the row; the arguments of the query may ask for less.</summary>
    public virtual Task<JsonObject> ShowOneAsync(StoreSession session, JsonObject shown, Func<string, string?> argument) => Task.FromResult(shown);
}
