using System.Security.Cryptography;
using Gateway.DataPlane.Config.Lmdb;

namespace Gateway.DataPlane.Config;

/// <summary>Judges the store's file before LMDB touches it.</summary>
internal static class StoreCheck
{
    /// <summary>What is wrong with a file, or null when it is sound, or not there at all.</summary>
    /// <param name="path">The file.</param>
    public static string? Damage(string path)
    {
        if (!File.Exists(path))
        {
            return null;
        }

        try
        {
            using var file = LmdbFile.Open(path);
            return Damage(file);
        }
        catch (InvalidDataException damaged)
        {
            return damaged.Message;
        }
    }

    private static string? Damage(LmdbFile file)
    {
        var trees = new Dictionary<string, LmdbFile.Tree>(StringComparer.Ordinal);
        var isForeign = false;
        new LmdbTreeWalk(file, file.Main, (key, value, isTree) =>
        {
            isForeign |= !isTree;
            if (isTree)
            {
                LmdbFile.Demand(value.Length is LmdbFile.Tree.Size, "a database has no root");
                trees.Add(System.Text.Encoding.UTF8.GetString(key), LmdbFile.Tree.Read(value));
            }
        }).Run();
        LmdbTreeWalk.Free(file);
        if (trees.Count is 0 && !isForeign)
        {
            return null;
        }

        if (isForeign || trees.Count != ConfigStore.Databases.Length || ConfigStore.Databases.Any(name => !trees.ContainsKey(name)))
        {
            return "it was not written by this gateway";
        }

        byte[]? format = null, stored = null;
        var checksum = new StoreChecksum();
        foreach (var name in ConfigStore.Databases)
        {
            var tree = trees[name];
            LmdbFile.Demand(tree.Flags is 0, "a database has unknown flags");
            new LmdbTreeWalk(file, tree, (key, value, isTree) =>
            {
                LmdbFile.Demand(!isTree, "a database lies within another");
                if (key.SequenceEqual(ConfigStore.ChecksumKey) && name == ConfigStore.MetaName)
                {
                    stored = value.ToArray();
                    return;
                }

                if (key.SequenceEqual(ConfigStore.FormatKey) && name == ConfigStore.MetaName)
                {
                    format = value.ToArray();
                }

                checksum.Add(key, value);
            }).Run();
        }

        return format is null || !format.AsSpan().SequenceEqual(ConfigStore.Format) ? "it has another format version"
            : stored is null || !CryptographicOperations.FixedTimeEquals(stored, checksum.Finish()) ? "its contents have not the checksum that was written with them"
            : null;
    }
}
