using System.Buffers;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Gateway.Sync;

/// <summary>Computes the hash of a configuration as an original control plane does, so that planes of both kinds agree on it.</summary>
public static class ConfigHash
{
    private const int FoldAt = 1_000_000;

    /// <summary>The hashes of a config table and of its parts.</summary>
    /// <param name="configTable">The document, or null or undefined for none.</param>
    public static ConfigHashes Compute(JsonElement configTable)
    {
        if (configTable.ValueKind is not JsonValueKind.Object)
        {
            return ConfigHashes.Empty;
        }

        string routes = ConfigHashes.Zeros, services = ConfigHashes.Zeros, plugins = ConfigHashes.Zeros;
        string upstreams = ConfigHashes.Zeros, targets = ConfigHashes.Zeros;
        var rest = new List<JsonProperty>();
        foreach (var part in configTable.EnumerateObject())
        {
            switch (part.Name)
            {
                case "routes": routes = Of(part.Value); break;
                case "services": services = Of(part.Value); break;
                case "plugins": plugins = Of(part.Value); break;
                case "upstreams": upstreams = Of(part.Value); break;
                case "targets": targets = Of(part.Value); break;
                default: rest.Add(part); break;
            }
        }

        var canonical = new Canonical();
        canonical.Object(CollectionsMarshal.AsSpan(rest));
        var all = string.Concat(string.Concat(routes, services, plugins), upstreams, targets, canonical.Hash());
        return new ConfigHashes(Md5(Encoding.ASCII.GetBytes(all)), routes, services, plugins, upstreams, targets);
    }

    /// <summary>The hash of one JSON value.</summary>
    /// <param name="value">The value.</param>
    public static string Of(JsonElement value)
    {
        var canonical = new Canonical();
        canonical.Value(value);
        return canonical.Hash();
    }

    /// <summary>The canonical form of one JSON value, as far as it is not folded yet.</summary>
    /// <param name="value">The value.</param>
    public static string CanonicalText(JsonElement value)
    {
        var canonical = new Canonical();
        canonical.Value(value);
        return canonical.ToString();
    }

#pragma warning disable CA5351 // The wire format names MD5; it tells versions apart and protects nothing.
    private static string Md5(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(MD5.HashData(bytes));

    private static void Md5(ReadOnlySpan<byte> bytes, Span<byte> hash) => MD5.HashData(bytes, hash);
#pragma warning restore CA5351

    private sealed class Canonical
    {
        private readonly ArrayBufferWriter<byte> _out = new(4096);

        public string Hash() => Md5(_out.WrittenSpan);

        public override string ToString() => Encoding.UTF8.GetString(_out.WrittenSpan);

        public void Value(JsonElement value)
        {
            Fold();
            switch (value.ValueKind)
            {
                case JsonValueKind.Null or JsonValueKind.Undefined: _out.Write("/null/"u8); break;
                case JsonValueKind.True: _out.Write("true"u8); break;
                case JsonValueKind.False: _out.Write("false"u8); break;
                case JsonValueKind.String: Text(JsonMarshal.GetRawUtf8Value(value)[1..^1], value); break;
                case JsonValueKind.Number: Number(JsonMarshal.GetRawUtf8Value(value)); break;
                case JsonValueKind.Array: Array(value); break;
                default: Object([.. value.EnumerateObject()]); break;
            }
        }

        public void Object(Span<JsonProperty> properties)
        {
            if (properties.IsEmpty)
            {
                _out.Write("{}"u8);
                return;
            }

            properties.Sort(CompareNames);
            foreach (var property in properties)
            {
                _out.Write(Name(property));
                _out.Write(":"u8);
                Value(property.Value);
                _out.Write(";"u8);
            }
        }

        private void Array(JsonElement array)
        {
            var count = array.GetArrayLength();
            if (count == 0)
            {
                _out.Write("{}"u8);
                return;
            }

            var index = 0;
            foreach (var element in array.EnumerateArray())
            {
                Value(element);
                // Up to five elements are joined, more are each ended: so the original writes them.
                if (++index < count || count > 5)
                {
                    _out.Write(";"u8);
                }
            }
        }

        private void Text(ReadOnlySpan<byte> raw, JsonElement value)
        {
            if (raw.Contains((byte)'\\'))
            {
                _out.Write(Encoding.UTF8.GetBytes(value.GetString()!));
            }
            else
            {
                _out.Write(raw);
            }
        }

        private void Number(ReadOnlySpan<byte> raw)
        {
            if (raw.Length <= 14 && !raw.ContainsAnyExceptInRange((byte)'0', (byte)'9'))
            {
                _out.Write(raw);
            }
            else
            {
                _out.Write(Encoding.ASCII.GetBytes(LuaNumber.Format(double.Parse(raw, NumberStyles.Float, CultureInfo.InvariantCulture))));
            }
        }

        private void Fold()
        {
            if (_out.WrittenCount > FoldAt)
            {
                Span<byte> hash = stackalloc byte[16];
                Md5(_out.WrittenSpan, hash);
                _out.ResetWrittenCount();
                _out.Write(hash);
            }
        }

        private static int CompareNames(JsonProperty left, JsonProperty right) => Name(left).SequenceCompareTo(Name(right));

        private static ReadOnlySpan<byte> Name(JsonProperty property)
        {
            var raw = JsonMarshal.GetRawUtf8PropertyName(property);
            return raw.Contains((byte)'\\') ? Encoding.UTF8.GetBytes(property.Name) : raw;
        }
    }
}
