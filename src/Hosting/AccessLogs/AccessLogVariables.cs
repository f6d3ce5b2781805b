using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Gateway.Hosting.AccessLogs;

/// <summary>Writes one value of a request into a line.</summary>
internal delegate void LogField(LogLine line, in AccessedRequest request, TimeProvider time);

/// <summary>The variables of nginx that a format of an access log may name.</summary>
internal static class AccessLogVariables
{
    private static readonly LogTimes _times = new();

    private static readonly Dictionary<string, LogField> _all = new(StringComparer.Ordinal)
    {
        ["remote_addr"] = static (line, in r, _) => line.Value(Address(r.Client ?? r.Http.Connection.RemoteIpAddress)),
        ["remote_port"] = static (line, in r, _) => line.Number(r.Http.Connection.RemotePort),
        ["remote_user"] = static (line, in r, _) => line.Value(User(r.Http.Request.Headers.Authorization)),
        ["time_local"] = static (line, in _, time) => line.Raw(_times.Local(time.GetLocalNow())),
        ["time_iso8601"] = static (line, in _, time) => line.Raw(_times.Iso(time.GetLocalNow())),
        ["msec"] = static (line, in _, time) => line.Seconds(time.GetUtcNow() - DateTimeOffset.UnixEpoch),
        ["request"] = Request,
        ["request_method"] = static (line, in r, _) => line.Value(r.Http.Request.Method),
        ["request_uri"] = static (line, in r, _) => Target(line, r.Http),
        ["uri"] = static (line, in r, _) => line.Value(r.Http.Request.Path.Value),
        ["args"] = Query,
        ["query_string"] = Query,
        ["scheme"] = static (line, in r, _) => line.Value(r.Http.Request.Scheme),
        ["host"] = static (line, in r, _) => line.Value(r.Http.Request.Host.Host),
        ["server_protocol"] = static (line, in r, _) => line.Value(Protocol(r.Http)),
        ["server_addr"] = static (line, in r, _) => line.Value(Address(r.Http.Connection.LocalIpAddress)),
        ["server_port"] = static (line, in r, _) => line.Number(r.Http.Connection.LocalPort),
        ["connection"] = static (line, in r, _) => line.Value(r.Http.Connection.Id),
        ["status"] = static (line, in r, _) => line.Number(r.Status),
        ["body_bytes_sent"] = static (line, in r, _) => line.Number(r.BodyBytes),
        ["request_time"] = static (line, in r, _) => line.Seconds(Stopwatch.GetElapsedTime(r.Started)),
        ["request_length"] = static (line, in r, _) => line.Number(r.Http.Request.ContentLength ?? 0),
        ["request_id"] = Id,
        ["kong_request_id"] = Id,
        ["ssl_protocol"] = static (line, in r, _) => line.Value(r.Http.Features.Get<ITlsHandshakeFeature>()?.Protocol.ToString()),
        ["ssl_server_name"] = static (line, in r, _) => line.Value(r.Http.Features.Get<ITlsHandshakeFeature>()?.HostName),
        ["upstream_status"] = static (line, in r, _) => Optional(line, r.UpstreamStatus is 0 ? null : r.UpstreamStatus),
        ["upstream_response_time"] = static (line, in r, _) => Optional(line, r.UpstreamTime),
    };

    /// <summary>The names, without headers.</summary>
    public static IEnumerable<string> Names => _all.Keys;

    /// <summary>What writes a variable, or null when there is none of that name; <c>http_</c> and <c>sent_http_</c> name headers.</summary>
    public static LogField? Find(string name)
    {
        if (_all.TryGetValue(name, out var field))
        {
            return field;
        }

        return name.StartsWith("http_", StringComparison.Ordinal) ? Header(name["http_".Length..], static http => http.Request.Headers)
            : name.StartsWith("sent_http_", StringComparison.Ordinal) ? Header(name["sent_http_".Length..], static http => http.Response.Headers)
            : null;
    }

    private static LogField Header(string variable, Func<HttpContext, IHeaderDictionary> headers)
    {
        var name = variable.Replace('_', '-');
        if (LogSecrets.IsSecret(name))
        {
            return (line, in request, _) => line.Value(headers(request.Http)[name].Count > 0 ? LogSecrets.Stars : "");
        }

        if (name is not "referer")
        {
            return (line, in request, _) => line.Value(headers(request.Http)[name].ToString());
        }

        return (line, in request, _) =>
        {
            var text = headers(request.Http).Referer.ToString();
            if (text.Length is 0)
            {
                line.Nothing();
                return;
            }

            LogSecrets.Write(line, text, BehindMark(text));
        };
    }

    private static void Request(LogLine line, in AccessedRequest request, TimeProvider time)
    {
        if (request.Http.Request.Method.Length is 0)
        {
            // The server could not read so far.
            line.Nothing();
            return;
        }

        line.Part(request.Http.Request.Method);
        line.Raw(" "u8);
        Target(line, request.Http);
        line.Raw(" "u8);
        line.Part(Protocol(request.Http));
    }

    private static void Target(LogLine line, HttpContext http)
    {
        var target = http.Features.Get<IHttpRequestFeature>()?.RawTarget ?? "";
        LogSecrets.Write(line, target, BehindMark(target));
    }

    private static void Query(LogLine line, in AccessedRequest request, TimeProvider time)
    {
        if (request.Http.Request.QueryString is { HasValue: true, Value: { Length: > 1 } query })
        {
            LogSecrets.Write(line, query.AsSpan(1), 0);
        }
        else
        {
            line.Nothing();
        }
    }

    private static void Id(LogLine line, in AccessedRequest request, TimeProvider time) => line.Value(request.RequestId);

    private static void Optional(LogLine line, int? number)
    {
        if (number is { } value)
        {
            line.Number(value);
        }
        else
        {
            line.Nothing();
        }
    }

    private static void Optional(LogLine line, TimeSpan? duration)
    {
        if (duration is { } value)
        {
            line.Seconds(value);
        }
        else
        {
            line.Nothing();
        }
    }

    private static string? Address(IPAddress? address) => (address is { IsIPv4MappedToIPv6: true } ? address.MapToIPv4() : address)?.ToString();

    private static int BehindMark(string text) => text.IndexOf('?', StringComparison.Ordinal) is >= 0 and var mark ? mark + 1 : text.Length;

    // nginx names the newer versions with a minor number.
    private static string Protocol(HttpContext http) => http.Request.Protocol switch { "HTTP/2" => "HTTP/2.0", "HTTP/3" => "HTTP/3.0", var other => other };

    private static string? User(string? authorization)
    {
        if (!AuthenticationHeaderValue.TryParse(authorization, out var value) || value is not { Parameter: { } encoded } || !value.Scheme.Equals("Basic", StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        var octets = new byte[encoded.Length];
        if (!Convert.TryFromBase64String(encoded, octets, out var length))
        {
            return null;
        }

        var colon = octets.AsSpan(0, length).IndexOf((byte)':');
        return colon < 0 ? null : Encoding.Latin1.GetString(octets, 0, colon);
    }
}
