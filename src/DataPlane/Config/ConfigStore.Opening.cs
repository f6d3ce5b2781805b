using System.Text.Json;
using Gateway.DataPlane.Config.Lmdb;
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
    /// <param name="encryption">How it is encrypted; null when it is not. A store that lies there in the clear is deleted then.</param>
    /// <exception cref="IOException">The folder cannot be used at all, or another process uses it.</exception>
    public static ConfigStore Open(string folder, ILogger<ConfigStore> logger, TimeProvider time, long mapSize = 128L << 20, StoreEncryption? encryption = null)
    {
        folder = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        var owner = Own(folder);
        try
        {
            return Open(folder, owner, logger, time, mapSize, encryption);
        }
        catch
        {
            owner.Dispose();
            throw;
        }
    }

    private static ConfigStore Open(string folder, FileStream owner, ILogger<ConfigStore> logger, TimeProvider time, long mapSize, StoreEncryption? encryption)
    {
        var damage = File.Exists(folder) ? "it is a file and no folder" : StoreCheck.Damage(Path.Combine(folder, "data.mdb"));
        if (damage is null)
        {
            try
            {
                return OpenSound(folder, owner, mapSize, encryption);
            }
            catch (StoreUnusableException e) when (e.IsReadable)
            {
                // Kept, it would lie there in the clear, which is what is not wanted any more.
                Directory.Delete(folder, recursive: true);
                Log.Deleted(logger, folder, e.Message);
                return OpenSound(folder, owner, mapSize, encryption);
            }
            catch (Exception e) when (e is LmdbDamagedException or JsonException or StoreUnusableException)
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

    private static ConfigStore OpenSound(string folder, FileStream owner, long mapSize, StoreEncryption? encryption)
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
        [LoggerMessage(LogLevel.Warning, "the configuration stored at {Folder} is deleted, because {Reason}; it is fetched again and stored encrypted")]
        public static partial void Deleted(ILogger logger, string folder, string reason);

        [LoggerMessage(LogLevel.Warning, "the configuration stored at {Folder} cannot be used ({Damage}); it is kept as {Aside}, and an empty one takes its place")]
        public static partial void SetAside(ILogger logger, string folder, string damage, string aside);
    }
}
