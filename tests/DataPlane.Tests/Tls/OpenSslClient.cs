using System.Diagnostics;
using Gateway.Testing;

namespace Gateway.DataPlane.Tests.Tls;

/// <summary>OpenSSL's own client, which says more about a handshake than .NET does.</summary>
internal static class OpenSslClient
{
    /// <summary>Asks for a page over TLS.</summary>
    /// <param name="port">The loopback port.</param>
    /// <param name="arguments">Further options of <c>openssl s_client</c>.</param>
    /// <returns>All that the program says: the handshake, and the answer.</returns>
    public static async Task<string> AskAsync(int port, params string[] arguments)
    {
        var start = new ProcessStartInfo("openssl", ["s_client", "-connect", $"127.0.0.1:{port}", "-ign_eof", .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEndAsync();
        try
        {
            await process.StandardInput.WriteAsync("GET /x HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // The handshake failed before; what the program says tells why.
        }

        using var limit = new CancellationTokenSource(Wait.Patience);
        await process.WaitForExitAsync(limit.Token);
        return await output + await errors;
    }
}
