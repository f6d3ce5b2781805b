using System.Text.Json.Nodes;
using Gateway.Schema;
using Microsoft.EntityFrameworkCore;

namespace Gateway.ControlPlane.Store.Behaviours;

/// <summary>Certificates are also named by their server names, and show and take those, which are rows of their own.</summary>
internal sealed class CertificateBehaviour : EntityBehaviour
{
    private const string Snis = "snis";

    public override bool NamesMissing => true;

    public override bool HidesMethods => true;

    public override bool IsBareBelow => true;

    public override bool HidesMethodsBelow(EntityTable child) => child.Name is Snis;

    public override async Task<Outcome<EntityKey>> KeyAsync(StoreSession session, EntityTable table, string segment)
    {
        var key = EntityKey.Read(table.Schema, segment);
        if (key.Error is null)
        {
            return key;
        }

        var sni = EntityKey.Read(session.Tables[Snis].Schema, segment);
        return sni.Error is not null ? sni.Error
            : await session.FindAsync(session.Tables[Snis], sni.Value) is { } found ? EntityKey.Of(Guid.Parse(Json.String(found.Entity["certificate"]!["id"])!))
            : StoreError.NotThere with { Message = "SNI not found" };
    }

    public override void TakeKey(string segment, JsonObject document)
    {
        if (document[Snis] is not JsonArray list)
        {
            document[Snis] = list = Json.String(document[Snis]) is { } one && one != segment ? [one] : [];
        }

        if (!list.Any(s => Json.String(s) == segment))
        {
            list.Add(segment);
        }
    }

    /// <summary>The names are judged before everything else; where there is a certificate already, one may stand without a list.</summary>
    public override async Task<StoreError?> JudgeAsync(StoreSession session, JsonObject document, JsonObject sent, ParseMode mode)
    {
        if (mode is not ParseMode.Insert && Json.String(sent[Snis]) is { } one)
        {
            sent[Snis] = new JsonArray(one);
        }

        var names = (sent[Snis] as JsonArray ?? []).Select(Json.String).OfType<string>().ToList();
        if (names.GroupBy(n => n).FirstOrDefault(g => g.Count() > 1) is { } twice)
        {
            return StoreError.Schema(Snis, $"{twice.Key} is duplicated");
        }

        var table = session.Tables[Snis];
        foreach (var name in names.Order(StringComparer.Ordinal))
        {
            var key = EntityKey.Of(table.Schema, name);
            if (key.Error is not null)
            {
                return key.Error;
            }

            if (await session.FindAsync(table, key.Value) is { } taken && Json.String(taken.Entity["certificate"]!["id"]) is var owner && owner != Json.String(document["id"]))
            {
                return StoreError.Schema(Snis, $"{name} already associated with existing certificate '{owner}'");
            }
        }

        return null;
    }

    public override async Task<StoreError?> WrittenAsync(StoreSession session, Guid id, JsonObject sent)
    {
        if (!sent.TryGetPropertyValue(Snis, out var node))
        {
            return null;
        }

        var wanted = (node as JsonArray ?? []).Select(s => Json.String(s)!).ToList();
        var table = session.Tables[Snis];
        var existing = await NamesAsync(session, [id]);
        foreach (var (sni, name) in existing[id].Where(s => !wanted.Contains(s.Name)))
        {
            await session.RemoveAsync(table, sni);
        }

        foreach (var name in wanted.Except(existing[id].Select(s => s.Name)))
        {
            var document = new JsonObject { ["name"] = name, ["certificate"] = new JsonObject { ["id"] = id.ToString() } };
            if ((await EntityStore.InsertAsync(session, table, _ => document)).Error is { } error)
            {
                return error;
            }
        }

        return null;
    }

    public override async Task<StoreError?> DeletingAsync(StoreSession session, Guid id)
    {
        foreach (var (sni, _) in (await NamesAsync(session, [id]))[id])
        {
            await session.RemoveAsync(session.Tables[Snis], sni);
        }

        return null;
    }

    public override async Task ShowAsync(StoreSession session, IReadOnlyList<JsonObject> rows)
    {
        var ids = rows.Select(r => Guid.Parse(Json.String(r["id"])!)).ToList();
        var names = await NamesAsync(session, ids);
        foreach (var (row, id) in rows.Zip(ids))
        {
            row[Snis] = new JsonArray([.. names[id].Select(s => s.Name).Order(StringComparer.Ordinal).Select(s => (JsonNode?)s)]);
        }
    }

    private static async Task<ILookup<Guid, (Guid Sni, string Name)>> NamesAsync(StoreSession session, List<Guid> certificates)
    {
        var rows = await session.Rows(session.Tables[Snis]).Where(s => certificates.Contains(EF.Property<Guid>(s, "certificate"))).ToListAsync(session.Cancellation);
        return rows.ToLookup(s => (Guid)s["certificate"]!, s => ((Guid)s["id"]!, (string)s["name"]!));
    }
}
