using System.Net;
using Gateway.Sync;
using Gateway.Sync.Rpc;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Gateway.ControlPlane.Clustering;

/// <summary>Who a data plane says it is when it connects.</summary>
/// <param name="Id">Its node id, as written; a UUID unless someone configured otherwise.</param>
/// <param name="Hostname">Its host name, possibly empty.</param>
/// <param name="Version">Its version.</param>
/// <param name="Ip">The address of the TCP peer.</param>
/// <param name="CertificateExpiry">When the certificate that it presented ends.</param>
/// <param name="Distrusted">Signals that this node judges certificates anew; the plane has to connect again for that.</param>
internal sealed record PlaneIdentity(
    string Id, string Hostname, string Version, string Ip, DateTimeOffset? CertificateExpiry, CancellationToken Distrusted)
{
    /// <summary>The certificate that it presented.</summary>
    public PlaneCertificate? Certificate { get; init; }
}

/// <summary>Turns the request of a data plane into a conversation of frames, or answers why not.</summary>
internal static class PlaneUpgrade
{
    /// <summary>Where the first protocol is spoken: the whole configuration for every change.</summary>
    public static async Task<(PlaneIdentity Identity, WebSocketFrames Frames)?> AcceptAsync(HttpContext http, string path, int maxPayload)
    {
        if (http.Request.Path != path)
        {
            http.Response.StatusCode = StatusCodes.Status404NotFound;
            return null;
        }

        var query = http.Request.Query;
        var (id, version) = (query["node_id"].ToString(), query["node_version"].ToString());
        if (PlaneAdmission.Of(http) is not null && (id.Length == 0 || version.Length == 0))
        {
            http.Response.StatusCode = StatusCodes.Status400BadRequest;
            return null;
        }

        return await UpgradeAsync(http, id, query["node_hostname"].ToString(), version, maxPayload);
    }

    /// <summary>Where remote calls are made: who the plane is it says in its first message.</summary>
    public static async Task<(PlaneIdentity Identity, WebSocketFrames Frames)?> AcceptCallsAsync(HttpContext http, int maxPayload)
    {
        if (!http.Request.Headers.SecWebSocketProtocol.SelectMany(p => p!.Split(',', StringSplitOptions.TrimEntries)).Contains(RpcHello.Protocol))
        {
            http.Abort();
            return null;
        }

        http.Response.Headers.SecWebSocketProtocol = RpcHello.Protocol;
        return await UpgradeAsync(http, "", "", "", maxPayload);
    }

    private static async Task<(PlaneIdentity Identity, WebSocketFrames Frames)?> UpgradeAsync(HttpContext http, string id, string hostname, string version, int maxPayload)
    {
        var headers = http.Request.Headers;
        var key = headers.SecWebSocketKey.ToString();
        var upgrade = http.Features.Get<IHttpUpgradeFeature>();
        if (PlaneAdmission.Of(http) is not { } admission || upgrade is not { IsUpgradableRequest: true } || !HttpMethods.IsGet(http.Request.Method)
            || !WebSocketHandshake.IsUpgrade(headers.Upgrade, headers.SecWebSocketVersion, key))
        {
            http.Abort();
            return null;
        }

        http.Response.Headers.Upgrade = "websocket";
        http.Response.Headers.SecWebSocketAccept = WebSocketHandshake.Accept(key);
        var stream = await upgrade.UpgradeAsync();
        var address = http.Connection.RemoteIpAddress ?? IPAddress.None;
        var identity = new PlaneIdentity(
            id, hostname, version, (address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address).ToString(),
            admission.Verdict.Certificate?.NotAfter.ToUniversalTime(), admission.Pair.Distrusted)
        {
            Certificate = admission.Verdict.Certificate is { } certificate ? PlaneCertificate.Of(certificate) : null,
        };
        return (identity, new WebSocketFrames(stream, isClient: false, maxPayload));
    }
}
