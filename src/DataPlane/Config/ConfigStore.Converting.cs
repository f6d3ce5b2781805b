using Gateway.Entities;
using Microsoft.Extensions.Logging;

namespace Gateway.DataPlane.Config;

/// <content>Converts a store that is encrypted in another way than is wanted.</content>
public sealed partial class ConfigStore
{
    private const string DataFile = "data.mdb";

    private static ConfigStore OpenConverted(string folder, FileStream owner, ILogger<ConfigStore> logger, long mapSize, StoreEncryption? encryption, EntityCatalog? catalog)
    {
        try
        {
            return OpenSound(folder, owner, mapSize, encryption);
        }
        catch (StoreModeException other) when (encryption is not null && catalog is not null)
        {
            Convert(folder, other.Written, encryption, catalog, mapSize);
            Log.Converted(logger, folder, Mode(other.Written), Mode(encryption.Algorithm));
            return OpenSound(folder, owner, mapSize, encryption);
        }
    }

    /// <summary>Writes what the store holds into a new one beside it, which takes its place at once: who is killed at it leaves the former or the new one, whole.</summary>
    /// <remarks>Written into the same file, what was readable before would stay readable in the pages that the file no longer uses.</remarks>
    private static void Convert(string folder, StoreAlgorithm? written, StoreEncryption wanted, EntityCatalog catalog, long mapSize)
    {
        using (var former = OpenSound(folder, owner: null, mapSize, wanted with { Algorithm = written }))
        using (var converted = OpenSound(HalfConverted(folder), owner: null, mapSize, wanted))
        {
            if (former.Current is { } config)
            {
                var rows = former.Read((catalog, config), static (reader, known) => reader.Everything(known.catalog, known.config.DefaultWorkspace));
                converted.Replace(config, rows, static _ => true);
            }
        }

        File.Move(Path.Combine(HalfConverted(folder), DataFile), Path.Combine(folder, DataFile), overwrite: true);
        DeleteHalfConverted(folder);
    }

    private static string HalfConverted(string folder) => $"{folder}.converting";

    private static void DeleteHalfConverted(string folder)
    {
        if (Directory.Exists(HalfConverted(folder)))
        {
            Directory.Delete(HalfConverted(folder), recursive: true);
        }
    }

    private static string Mode(StoreAlgorithm? algorithm) => algorithm is { } known ? $"encrypted by {known}" : "in the clear";
}
