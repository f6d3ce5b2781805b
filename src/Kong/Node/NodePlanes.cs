using System.Net;
using Gateway.Hosting;
using Gateway.Hosting.Logging;
using Gateway.Kong.Settings;
using Gateway.Manager;

namespace Gateway.Kong.Node;

/// <summary>Which planes a role consists of, and what each is told.</summary>
internal static class NodePlanes
{
    /// <summary>Makes the planes one by one, in the order in which they start.</summary>
    public static IEnumerable<Plane> Create(KongSettings settings, IReadOnlyDictionary<string, string> environment, LogThreshold threshold) => settings.Role switch
    {
        "control_plane" => ControlPlane(settings, environment, threshold),
        "data_plane" => DataPlane(settings, threshold),
        _ => throw new StartFailure("role = traditional is not available yet; run a node with role = control_plane and one with role = data_plane"),
    };

    private static IEnumerable<Plane> ControlPlane(KongSettings settings, IReadOnlyDictionary<string, string> environment, LogThreshold threshold)
    {
        if (settings.ManagerListeners.Count > 0)
        {
            yield return new Plane("Manager", ManagerHost.Create(new ManagerOptions
            {
                Listeners = settings.ManagerListeners,
                AdminApiUrl = AdminApiOf(settings),
                KeyFolder = Path.Combine(settings.Prefix, "manager-keys"),
                Certificate = Certificate(settings, "admin_gui_ssl_cert", settings.ManagerListeners),
                ConfigureLogging = logging => logging.AddGatewayConsole(threshold),
            }));
        }
    }

    private static IEnumerable<Plane> DataPlane(KongSettings settings, LogThreshold threshold) => [];

    /// <summary>The Admin API as this node's own Manager reaches it.</summary>
    private static Uri AdminApiOf(KongSettings settings)
    {
        var listener = settings.AdminListeners.FirstOrDefault(l => !l.Tls) ?? settings.AdminListeners[0];
        var address = listener.Address.Equals(IPAddress.Any) ? IPAddress.Loopback
            : listener.Address.Equals(IPAddress.IPv6Any) ? IPAddress.IPv6Loopback
            : listener.Address;
        return new UriBuilder(listener.Tls ? "https" : "http", address.ToString(), listener.Port).Uri;
    }

    /// <summary>The certificate of a setting, or the node's own when a listener needs one and none is set.</summary>
    private static System.Security.Cryptography.X509Certificates.X509Certificate2? Certificate(KongSettings settings, string name, IReadOnlyList<Listener> listeners)
    {
        var given = settings.LoadCertificates(name);
        return given.Count > 0 ? given[0]
            : listeners.Any(l => l.Tls) ? ListenerCertificate.LoadOrCreate(settings.DefaultCertificateFolder, TimeProvider.System)
            : null;
    }
}
