using System.Runtime.InteropServices;

namespace Gateway.DataPlane.Config.Lmdb;

/// <summary>LMDB could not do what it was asked to.</summary>
internal class LmdbException(int code, string operation) : IOException($"LMDB: {operation}: {Text(code)} ({code})")
{
    public int Code { get; } = code;

    /// <summary>Throws the exception that fits the code, if it is none of success.</summary>
    public static void Check(int code, string operation)
    {
        if (code is not LmdbNative.Success)
        {
            throw For(code, operation);
        }
    }

    private static LmdbException For(int code, string operation) => code switch
    {
        LmdbNative.MapFull => new LmdbMapFullException(operation),
        LmdbNative.MapResized => new LmdbMapResizedException(operation),
        LmdbNative.Corrupted or LmdbNative.Invalid or LmdbNative.PageNotFound or LmdbNative.Panic or LmdbNative.VersionMismatch =>
            new LmdbDamagedException(code, operation),
        _ => new LmdbException(code, operation),
    };

    private static string Text(int code) => Marshal.PtrToStringUTF8(LmdbNative.Describe(code)) ?? "unknown error";
}

/// <summary>The map is too small for what is written; the transaction is lost, the environment can grow.</summary>
internal sealed class LmdbMapFullException(string operation) : LmdbException(LmdbNative.MapFull, operation);

/// <summary>Another process made the map larger than this one knows.</summary>
internal sealed class LmdbMapResizedException(string operation) : LmdbException(LmdbNative.MapResized, operation);

/// <summary>The file is no LMDB file, or is damaged.</summary>
internal sealed class LmdbDamagedException(int code, string operation) : LmdbException(code, operation);
