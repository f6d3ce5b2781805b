using System.Buffers;
using System.Text;
using System.Text.Json;
using Gateway.Schema;

namespace Gateway.Sync.Rpc;

/// <summary>Writes the messages of JSON-RPC 2.0 as the planes exchange them.</summary>
public static class RpcMessages
{
    private static readonly JsonWriterOptions _options = new() { Encoder = Wire.Options.Encoder };

    /// <summary>A call, or a notification when there is no id.</summary>
    /// <param name="id">The call's number on this connection, or null.</param>
    /// <param name="method">The method.</param>
    /// <param name="arguments">Writes the values of the positional parameters.</param>
    public static byte[] Request(int? id, string method, Action<Utf8JsonWriter> arguments) => Write(json =>
    {
        json.WriteString("jsonrpc", "2.0");
        json.WriteString("method", method);
        if (id is { } number)
        {
            json.WriteNumber("id", number);
        }

        json.WriteStartArray("params");
        arguments(json);
        json.WriteEndArray();
    });

    /// <summary>The answer to a call.</summary>
    /// <param name="id">The call's id: raw JSON.</param>
    /// <param name="result">The result: UTF-8 JSON.</param>
    public static byte[] Response(string id, ReadOnlySpan<byte> result) => [.. Before(id), .. result, (byte)'}'];

    /// <summary>What stands before the result in the answer to a call; a brace stands after it.</summary>
    /// <param name="id">The call's id: raw JSON.</param>
    public static byte[] Before(string id) => Encoding.UTF8.GetBytes($"{{\"jsonrpc\":\"2.0\",\"id\":{id},\"result\":");

    /// <summary>The answer to a call that failed.</summary>
    /// <param name="id">The call's id: raw JSON; null when it is not known.</param>
    /// <param name="error">Why.</param>
    public static byte[] Response(string? id, RpcError error) => Write(json =>
    {
        json.WriteString("jsonrpc", "2.0");
        if (id is not null)
        {
            json.WritePropertyName("id");
            json.WriteRawValue(id);
        }

        json.WriteStartObject("error");
        json.WriteNumber("code", error.Code);
        json.WriteString("message", error.Message);
        json.WriteEndObject();
    });

    /// <summary>The bytes of an object.</summary>
    /// <param name="properties">Writes its properties.</param>
    public static byte[] Write(Action<Utf8JsonWriter> properties)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(buffer, _options))
        {
            json.WriteStartObject();
            properties(json);
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }
}
