using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Gateway.ProxyComparison;

/// <summary>Lets one process ask another how many octets it has allocated.</summary>
internal static class Meter
{
    private const int Offset = 10;

    /// <summary>Answers every connection with the number.</summary>
    /// <param name="port">The port of the proxy; the meter's lies beside it.</param>
    public static void Serve(int port)
    {
        var listener = new TcpListener(IPAddress.Loopback, port + Offset);
        listener.Start();
        _ = Task.Run(async () =>
        {
            while (true)
            {
                using var socket = await listener.AcceptSocketAsync();
                await socket.SendAsync(Encoding.ASCII.GetBytes(GC.GetTotalAllocatedBytes(precise: true).ToString(CultureInfo.InvariantCulture)));
            }
        });
    }

    /// <summary>Asks for the number.</summary>
    /// <param name="port">The port of the proxy.</param>
    public static async Task<long> ReadAsync(int port)
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync("127.0.0.1", port + Offset);
        using var reader = new StreamReader(socket.GetStream());
        return long.Parse(await reader.ReadToEndAsync(), CultureInfo.InvariantCulture);
    }
}
