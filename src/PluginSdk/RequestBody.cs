namespace Gateway.PluginSdk;

/// <summary>The body of a request as a whole, for plugins that look into it or change it; what was read still goes upstream.</summary>
public static class RequestBody
{
    /// <summary>The largest body that is held in memory, in bytes.</summary>
    public const int Ceiling = 8 * 1024 * 1024;

    /// <summary>Reads the whole body.</summary>
    /// <param name="exchange">The request.</param>
    /// <returns>The bytes; null when there are more than <see cref="Ceiling"/>, which then go upstream as they come.</returns>
    public static async ValueTask<ReadOnlyMemory<byte>?> ReadAsync(Exchange exchange)
    {
        var request = exchange.Http.Request;
        if (request.Body is MemoryStream read && read.TryGetBuffer(out var held))
        {
            return held;
        }

        if (request.ContentLength > Ceiling)
        {
            return null;
        }

        var bytes = new MemoryStream();
        var buffer = new byte[16 * 1024];
        int count;
        while ((count = await request.Body.ReadAsync(buffer, exchange.Aborted)) > 0)
        {
            bytes.Write(buffer, 0, count);
            if (bytes.Length > Ceiling)
            {
                bytes.Position = 0;
                request.Body = new JoinedStream(bytes, request.Body);
                return null;
            }
        }

        bytes.Position = 0;
        request.Body = bytes;
        return bytes.GetBuffer().AsMemory(0, (int)bytes.Length);
    }

    /// <summary>Whether the body is longer than a limit; only as much of it is read as is needed to tell.</summary>
    /// <param name="exchange">The request.</param>
    /// <param name="limit">The limit in bytes; above <see cref="Ceiling"/> a body that does not tell its length passes.</param>
    public static async ValueTask<bool> ExceedsAsync(Exchange exchange, long limit)
    {
        var request = exchange.Http.Request;
        if (limit >= Ceiling)
        {
            return false;
        }

        var head = new MemoryStream();
        var buffer = new byte[16 * 1024];
        int count;
        while (head.Length <= limit && (count = await request.Body.ReadAsync(buffer, exchange.Aborted)) > 0)
        {
            head.Write(buffer, 0, count);
        }

        head.Position = 0;
        request.Body = new JoinedStream(head, request.Body);
        return head.Length > limit;
    }

    /// <summary>Sends another body upstream.</summary>
    /// <param name="exchange">The request.</param>
    /// <param name="body">The body.</param>
    public static void Replace(Exchange exchange, ReadOnlySpan<byte> body)
    {
        var bytes = new MemoryStream();
        bytes.Write(body);
        bytes.Position = 0;
        exchange.Http.Request.Body = bytes;
        exchange.Http.Request.ContentLength = body.Length;
    }
}
