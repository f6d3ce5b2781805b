using System.Security.Cryptography;
using System.Text.Json;
using Gateway.DataPlane.Config.Lmdb;
using Gateway.Entities;
using Microsoft.Extensions.Logging;

namespace Gateway.DataPlane.Config;

/// <content>Opens the store, whatever lies in its place.</content>
public sealed partial class ConfigStore
{
    /// <summary>Opens the store; a file that is damaged, foreign or of another format is put aside, and an empty store takes its place.</summary>
    /// <param name="folder">The LMDB folder, such as <c>/usr/local/kong/dbless.lmdb</c>.</param>
    /// <param name="logger">Takes the one line about a file that is put aside.</param>
    /// <param name="time">The clock that names such a file.</param>
    /// <param name="mapSize">The map size to begin with; it grows by itself.</param>
    /// <param name="encryption">How it is to be encrypted, and what opens it; a store that is encrypted otherwise is converted. Null when nothing is known.</param>
    /// <param name="catalog">The declared entities, by which a store is converted; null when one that would have to be is put aside.</param>
    /// <exception cref="IOException">The folder cannot be used at all, or another process uses it.</exception>
    public static ConfigStore Open(
        string folder, ILogger<ConfigStore> logger, TimeProvider time, long mapSize = 128L << 20, StoreEncryption? encryption = null, EntityCatalog? catalog = null)
    {
        folder = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        var owner = Own(folder);
        try
        {
            return Open(folder, owner, logger, time, mapSize, encryption, catalog);
        }
        catch
        {
            owner.Dispose();
            throw;
        }
    }

    private static ConfigStore Open(
        string folder, FileStream owner, ILogger<ConfigStore> logger, TimeProvider time, long mapSize, StoreEncryption? encryption, EntityCatalog? catalog)
    {
        DeleteHalfConverted(folder);
        var damage = File.Exists(folder) ? "it is a file and no folder" : StoreCheck.Damage(Path.Combine(folder, "data.mdb"));
        if (damage is null)
        {
            try
            {
                return OpenConverted(folder, owner, logger, mapSize, encryption, catalog);
            }
            catch (Exception e) when (e is LmdbDamagedException or JsonException or CryptographicException or StoreUnusableException)
            {
                damage = e.Message;
            }
        }

        var aside = SetAside(folder, time);
        Log.SetAside(logger, folder, damage, aside);
        return OpenSound(folder, owner, mapSize, encryption);
    }

    /// <summary>
    /// Makes this process the only one that uses the folder, until it ends: what another one is writing at the moment
    /// would look damaged, and be put aside under its hands.
    /// </summary>
    private static FileStream Own(string folder)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(folder)!);
        try
        {
            return new FileStream($"{folder}.lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException taken) when (taken is not (DirectoryNotFoundException or PathTooLongException))
        {
            throw new IOException($"the configuration store at {folder} is in use by another process", taken);
        }
    }

    private static ConfigStore OpenSound(string folder, FileStream? owner, long mapSize, StoreEncryption? encryption)
    {
        Directory.CreateDirectory(folder);
        if (!OperatingSystem.IsWindows())
        {
            // Keys and secrets lie in it, so it is for its owner alone.
            File.SetUnixFileMode(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        var environment = LmdbEnvironment.Open(folder, mapSize, Databases.Length);
        try
        {
            return new ConfigStore(environment, owner, encryption);
        }
        catch
        {
            environment.Dispose();
            throw;
        }
    }

    private static string SetAside(string folder, TimeProvider time)
    {
        var name = $"{folder}.damaged-{time.GetUtcNow():yyyyMMdd'T'HHmmss'Z'}";
        var aside = name;
        for (var n = 2; Path.Exists(aside); n++)
        {
            aside = $"{name}-{n}";
        }

        if (File.Exists(folder))
        {
            File.Move(folder, aside);
        }
        else
        {
            Directory.Move(folder, aside);
        }

        return aside;
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "the configuration stored at {Folder} was {Former} and is {Present} from now on")]
        public static partial void Converted(ILogger logger, string folder, string former, string present);

        [LoggerMessage(LogLevel.Warning, "the configuration stored at {Folder} cannot be used ({Damage}); it is kept as {Aside}, and an empty one takes its place")]
        public static partial void SetAside(ILogger logger, string folder, string damage, string aside);
    }
}
