using System.Text.Json.Nodes;
using Gateway.ControlPlane.Store.Behaviours;
using Gateway.Schema;
using Npgsql;

namespace Gateway.ControlPlane.Store;

/// <summary>Writes entities of all kinds: documents in, rows out, everything that can be wrong as a value.</summary>
/// <remarks>A document comes as a function of the row that it changes, because forms are read by it.</remarks>
internal static class EntityStore
{
    /// <summary>Makes a new entity.</summary>
    public static Task<Outcome<JsonObject>> InsertAsync(StoreSession session, EntityTable table, Func<JsonObject?, JsonObject> read) =>
        SaveAsync(session, table, read(null), ParseMode.Insert, null, null);

    /// <summary>Makes the entity that a key names, or replaces it whole; one that exists keeps its id.</summary>
    public static async Task<Outcome<JsonObject>> UpsertAsync(
        StoreSession session, EntityTable table, EntityKey key, Func<JsonObject?, JsonObject> read, Parent? parent = null)
    {
        var current = await session.FindAsync(table, key, parent, locked: true);
        var document = read(null);
        document[key.Field] = key.Value;
        if (current is not null)
        {
            document["id"] = current.Id.ToString();
        }

        return await SaveAsync(session, table, document, ParseMode.Upsert, key, current);
    }

    /// <summary>Lays fields over the entity that a key names.</summary>
    public static async Task<Outcome<JsonObject>> UpdateAsync(
        StoreSession session, EntityTable table, EntityKey key, Func<JsonObject?, JsonObject> read, Parent? parent = null)
    {
        if (await session.FindAsync(table, key, parent, locked: true) is not { } current)
        {
            return parent is not null || EntityBehaviour.Of(table).IsSilentWhenMissing(read(null)) ? StoreError.NotThere : StoreError.NotFound(key.Field, key.Value);
        }

        return await SaveAsync(session, table, read(current.Declared), ParseMode.Update, key, current);
    }

    /// <summary>Deletes the entity that a key names, and what goes with it; says whether there was one.</summary>
    public static async Task<Outcome<bool>> DeleteAsync(StoreSession session, EntityTable table, EntityKey key, Parent? parent = null)
    {
        if (await session.FindAsync(table, key, parent, locked: true) is not { } current)
        {
            return false;
        }

        if ((session.Refusal(StoreWrite.Delete, table, key) ?? await EntityBehaviour.Of(table).DeletingAsync(session, current.Id)) is { } refused)
        {
            return refused;
        }

        try
        {
            return await session.AttemptAsync(async () =>
            {
                await session.RemoveAsync(table, current.Id);
                return true;
            });
        }
        catch (Exception e) when (Failure.Said(e) is { SqlState: PostgresErrorCodes.ForeignKeyViolation } said)
        {
            return StoreError.Referenced(table.Name, said.TableName!);
        }
    }

    private static async Task<Outcome<JsonObject>> SaveAsync(
        StoreSession session, EntityTable table, JsonObject document, ParseMode mode, EntityKey? key, StoredEntity? current)
    {
        var behaviour = EntityBehaviour.Of(table);
        var isUpdate = mode is ParseMode.Update;
        var ttl = Ttl.Take(table, document);
        if ((ttl.Error
            ?? await behaviour.JudgeAsync(session, isUpdate ? Laid(document, current!.Declared) : document, document, mode)
            ?? await ForeignKeys.ResolveAsync(session, table, document)) is { } refused)
        {
            return refused;
        }

        var options = new ParseOptions { Mode = mode, Current = isUpdate ? current!.Declared : null, Entities = session.Tables.Catalog.Find, Time = session.Time };
        var parsed = SchemaParser.Parse(table.Schema, document, options);
        if (parsed.Violations is { } violations)
        {
            return StoreError.Schema(violations);
        }

        var row = parsed.Value!;
        if (row["id"] is null)
        {
            return StoreError.PrimaryKeyTaken(null);
        }

        var write = mode switch { ParseMode.Insert => StoreWrite.Insert, ParseMode.Upsert => StoreWrite.Upsert, _ => StoreWrite.Update };
        if (session.Refusal(write, table, key) is { } notHere)
        {
            return notHere;
        }

        behaviour.Complete(row);
        if (!session.IsTransformed)
        {
            Transformation.Apply(table.Schema, row, document);
        }

        var expiry = ttl.Value.Expiry(session.Time, isUpdate ? current!.Expiry : null);
        try
        {
            await (current is null ? session.AddAsync(table, row, expiry) : session.ReplaceAsync(table, row, expiry));
        }
        catch (Exception e) when (!IsLostRace(e, mode, current, session) && Refusal(e, table, row) is { } error)
        {
            return error;
        }

        var id = Guid.Parse(Json.String(row["id"])!);
        return await behaviour.WrittenAsync(session, id, isUpdate ? document : row) is { } failed ? failed : (await session.FindAsync(table, EntityKey.Of(id)))!.Entity;
    }

    private static JsonObject Laid(JsonObject document, JsonObject current)
    {
        foreach (var (name, value) in document)
        {
            current[name] = value?.DeepClone();
        }

        return current;
    }

    /// <summary>Whether another writer may have made, at the same time, what was not there to be replaced; the work then begins again.</summary>
    private static bool IsLostRace(Exception exception, ParseMode mode, StoredEntity? current, StoreSession session) =>
        mode is ParseMode.Upsert && current is null && !session.IsLastAttempt && Failure.Said(exception)?.SqlState is PostgresErrorCodes.UniqueViolation;

    /// <summary>What PostgreSQL refused, in Kong's words; null when it is something else.</summary>
    private static StoreError? Refusal(Exception exception, EntityTable table, JsonObject row)
    {
        var said = Failure.Said(exception);
        switch (said?.SqlState)
        {
            case PostgresErrorCodes.UniqueViolation when said.ConstraintName == table.PrimaryKey:
                return StoreError.PrimaryKeyTaken(Guid.Parse(Json.String(row["id"])!));
            case PostgresErrorCodes.UniqueViolation when table.UniqueKeys.FirstOrDefault(k => k.Index == said.ConstraintName) is { } key:
                return StoreError.NotUnique(key.Fields.Where(f => row[f] is not null || !table.Schema.Field(f)!.Extension), row);
            case PostgresErrorCodes.ForeignKeyViolation when table.ForeignKeys.FirstOrDefault(k => k.Constraint == said.ConstraintName) is { } foreign:
                return StoreError.NoSuchReference(foreign.Column.Field, foreign.Reference, row);
            case PostgresErrorCodes.ProgramLimitExceeded:
                return StoreError.SchemaOfEntity("a value is too long to be indexed");
            default:
                return null;
        }
    }
}
