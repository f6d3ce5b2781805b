using System.Collections.Immutable;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Gateway.DataPlane.Plugins;
using Gateway.DataPlane.Routing;
using Gateway.DataPlane.Routing.Streams;
using Gateway.DataPlane.Tls;
using Gateway.DataPlane.Upstreams;
using Gateway.DataPlane.Upstreams.Dns;
using Gateway.DataPlane.Upstreams.Health;
using Gateway.Entities;
using Microsoft.Extensions.Logging;

namespace Gateway.DataPlane.Config;

/// <summary>Makes a configuration into a snapshot, or tells which entity stands in the way.</summary>
/// <param name="current">The configuration in use.</param>
/// <param name="host">The plugins of this plane.</param>
/// <param name="groups">Tells the groups of consumers.</param>
/// <param name="states">What of the upstreams lives on.</param>
/// <param name="hosts">The balancers of hosts that are no upstreams.</param>
/// <param name="names">The addresses behind names.</param>
/// <param name="pools">The connections to upstreams.</param>
/// <param name="prober">Sends the probes of the configuration in use.</param>
/// <param name="options">The node's settings.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Told of secrets that are not there.</param>
internal sealed partial class SnapshotCompiler(
    CurrentSnapshot current, PluginHost host, ConsumerGroups groups, UpstreamStates states, OwnHosts hosts, NameResolver names, ConnectionPools pools, Prober prober, DataPlaneOptions options, TimeProvider time,
    ILogger<SnapshotCompiler> logger)
{
    // nginx's own default, which a service without a depth of its own gets.
    private const int DefaultVerifyDepth = 1;

    /// <summary>Compiles a configuration; nothing changes until the result is put to use.</summary>
    /// <param name="entities">The configuration.</param>
    public CompileResult Compile(ConfigEntities entities)
    {
        var former = current.Value;
        var secrets = former.Parts.Secrets.AreOf(entities.Vaults) ? former.Parts.Secrets : new Secrets(entities.Vaults, options.VaultPrefix, logger);
        entities = secrets.Resolve(entities);
        if (BindPlugins(entities, former, secrets, out var steps, out var scopes) is { } badPlugin)
        {
            return badPlugin;
        }

        if (CertificateTable.Compile(entities, former.Certificates, options.Tls.Staples, out var certificates) is { } badCertificate)
        {
            return badCertificate;
        }

        if (CompileUpstreams(entities, former, out var upstreams) is { } badTarget)
        {
            return badTarget;
        }

        if (CompileServices(entities, upstreams, out var services) is { } badService)
        {
            return badService;
        }

        if (CompileRoutes(entities, services, scopes, out var router, out var streams, out var plans) is { } badRoute)
        {
            return badRoute;
        }

        var snapshot = new GatewaySnapshot
        {
            Hashes = entities.Hashes,
            Router = router,
            Streams = streams,
            GlobalPlugins = new PluginPlan(scopes, default, default, groups),
            Certificates = certificates,
            Workspace = entities.Workspaces.FirstOrDefault(w => w.Name is "default")?.Id.Value,
            Steps = steps.ToImmutableDictionary(ReferenceEqualityComparer.Instance as IEqualityComparer<Plugin>),
            Balancers = upstreams.Values.ToImmutableDictionary(u => u.Entity.Id.Value, u => u.Balancer),
            Parts = new SnapshotParts
            {
                Services = services.ToImmutableDictionary(),
                Upstreams = upstreams.ToImmutableDictionary(StringComparer.OrdinalIgnoreCase),
                Secrets = secrets,
                Scopes = [.. scopes],
                Plans = plans.All.ToImmutableDictionary(),
            },
        };
        return new CompileResult.Compiled(() =>
        {
            current.Use(snapshot);
            prober.Follow([.. snapshot.Balancers.Values]);
            pools.Keep(Profiles(snapshot));
            states.Keep(entities.Upstreams.Select(u => u.Id.Value).ToHashSet());
            hosts.Forget();
        });
    }

    private CompileResult.Failed? BindPlugins(ConfigEntities entities, GatewaySnapshot former, Secrets secrets, out Dictionary<Plugin, Step> steps, out ScopedSteps[] scopes)
    {
        steps = new Dictionary<Plugin, Step>(ReferenceEqualityComparer.Instance);
        var byName = host.Order.ToDictionary(name => name, name => new ScopedSteps(name), StringComparer.Ordinal);
        scopes = [];
        foreach (var plugin in entities.Plugins.Where(p => p.Enabled))
        {
            if (Bind(plugin, former, secrets, out var step) is { } error)
            {
                return error;
            }

            steps[plugin] = step!;
            byName[plugin.Name].Add(step!);
        }

        scopes = [.. host.Order.Select(name => byName[name])];
        return null;
    }

    private CompileResult.Failed? Bind(Plugin plugin, GatewaySnapshot former, Secrets secrets, out Step? step) =>
        !(former.Steps.TryGetValue(plugin, out step) && ReferenceEquals(former.Parts.Secrets, secrets)) && host.Bind(plugin, secrets, out step) is { } error
            ? new CompileResult.Failed(error.Message, "plugins", plugin.Id.Value, error.Field)
            : null;

    private CompileResult.Failed? CompileServices(
        ConfigEntities entities, Dictionary<string, (Upstream Entity, Balancer Balancer)> upstreams, out Dictionary<Guid, ServicePlan?> services)
    {
        services = new Dictionary<Guid, ServicePlan?>(entities.Services.Count);
        var certificates = entities.Certificates.ToDictionary(c => c.Id.Value);
        var authorities = entities.CaCertificates.ToDictionary(c => c.Id.Value);
        foreach (var service in entities.Services)
        {
            upstreams.TryGetValue(service.Host, out var upstream);
            if (Compile(service, upstream, certificates.GetValueOrDefault, authorities.GetValueOrDefault, out var plan) is { } failed)
            {
                return failed;
            }

            services[service.Id.Value] = plan;
        }

        return null;
    }

    /// <summary>Compiles one service; no plan for a disabled one.</summary>
    private CompileResult.Failed? Compile(
        Service service, (Upstream? Entity, Balancer? Balancer) upstream, Func<Guid, Certificate?> certificates, Func<Guid, CaCertificate?> authorities, out ServicePlan? plan)
    {
        plan = null;
        if (!service.Enabled)
        {
            return null;
        }

        var clientCertificate = service.ClientCertificate ?? upstream.Entity?.ClientCertificate;
        var certificate = clientCertificate is { } id ? certificates(id.Value) : null;
        if (clientCertificate is not null && certificate is null)
        {
            return new CompileResult.Failed($"certificate {clientCertificate} does not exist", "services", service.Id.Value, "client_certificate");
        }

        var profile = new ConnectionProfile(
            TimeSpan.FromMilliseconds(service.ConnectTimeout ?? 60_000),
            service.TlsVerify ?? false,
            string.Concat((service.CaCertificates ?? []).Select(a => authorities(a)?.Cert).OfType<string>().Select(pem => pem + "\n")) is { Length: > 0 } own ? own : options.TrustedAuthorities,
            certificate is null ? options.ClientCertificate : certificate.Cert + "\n" + certificate.Key)
        {
            VerifyDepth = service.TlsVerifyDepth ?? DefaultVerifyDepth,
        };
        try
        {
            plan = new ServicePlan(service, upstream.Balancer ?? hosts.Of(service.Host.Trim('[', ']'), service.Port), profile, pools);
            return null;
        }
        catch (CryptographicException exception)
        {
            return new CompileResult.Failed(exception.Message, "services", service.Id.Value, profile.ClientCertificate is null ? "ca_certificates" : "client_certificate");
        }
    }

    private CompileResult.Failed? CompileUpstreams(
        ConfigEntities entities, GatewaySnapshot former, out Dictionary<string, (Upstream Entity, Balancer Balancer)> upstreams)
    {
        upstreams = new Dictionary<string, (Upstream, Balancer)>(StringComparer.OrdinalIgnoreCase);
        var targets = entities.Targets.ToLookup(t => t.Upstream.Value);
        var certificates = entities.Certificates.ToDictionary(c => c.Id.Value);
        foreach (var upstream in entities.Upstreams)
        {
            if (Compile(upstream, targets[upstream.Id.Value], certificates.GetValueOrDefault, former, out var balancer) is { } failed)
            {
                return failed;
            }

            upstreams[upstream.Name] = (upstream, balancer!);
        }

        return null;
    }

    private CompileResult.Failed? Compile(
        Upstream upstream, IEnumerable<Target> targets, Func<Guid, Certificate?> certificates, GatewaySnapshot former, out Balancer? balancer)
    {
        balancer = null;
        var compiled = new List<UpstreamTarget>();
        foreach (var target in targets.OrderBy(t => t.Address, StringComparer.Ordinal))
        {
            if (UpstreamTarget.Parse(target.Address, target.Weight ?? 100) is not { } parsed)
            {
                return new CompileResult.Failed($"Invalid target ('{target.Address}'); not a valid hostname or ip address", "targets", target.Id.Value, "target");
            }

            compiled.Add(parsed with { Entity = target });
        }

        // What did not change keeps its balancer, and with it the peers that are resolved already.
        var certificate = upstream.ClientCertificate is { } id ? certificates(id.Value) : null;
        var plan = UpstreamPlan.Of(upstream, compiled, certificate is null ? options.ClientCertificate : certificate.Cert + "\n" + certificate.Key, options.TrustedAuthorities);
        balancer = former.Balancers.GetValueOrDefault(upstream.Id.Value) is { } known
            && ReferenceEquals(known.Plan.Entity, upstream) && known.Plan.Probes == plan.Probes && known.Plan.Targets.SequenceEqual(compiled)
            ? known
            : new Balancer(plan, states.Of(upstream.Id.Value), names, time);
        return null;
    }

    private CompileResult.Failed? CompileRoutes(
        ConfigEntities entities, Dictionary<Guid, ServicePlan?> services, ScopedSteps[] scopes, out Router router, out StreamRouter streams, out PluginPlans plans)
    {
        (router, streams) = (null!, null!);
        var changes = Router.Empty(options.Router).Change();
        var streamChanges = StreamRouter.Empty(options.Router).Change();
        plans = new PluginPlans(scopes, entities.Plugins, groups);
        foreach (var route in entities.Routes)
        {
            if (Set(changes, streamChanges, route, services, plans.Of) is { } failed)
            {
                return failed;
            }
        }

        router = changes.Build();
        streams = streamChanges.Build();
        return null;
    }

    /// <summary>Puts one route into the router of what it takes, requests or streams; one that leads to a disabled service is in neither.</summary>
    private static CompileResult.Failed? Set(
        Router.Changes changes, StreamRouter.Changes streams, Route route, IReadOnlyDictionary<Guid, ServicePlan?> services, Func<Route, Service?, PluginPlan> plans)
    {
        ServicePlan? service = null;
        if (route.Service is { } id && !services.TryGetValue(id.Value, out service))
        {
            return new CompileResult.Failed($"service {id} does not exist", "routes", route.Id.Value, "service");
        }

        var isEnabled = route.Service is null || service is not null;
        var isForRequests = isEnabled && route.Protocols.Any(p => p is Protocol.Http or Protocol.Https or Protocol.Grpc or Protocol.Grpcs);
        if (!isForRequests)
        {
            changes.Remove(route.Id.Value);
        }

        if (!isEnabled || isForRequests)
        {
            streams.Remove(route.Id.Value);
        }

        if (!isEnabled)
        {
            return null;
        }

        var plan = new RoutePlan(route, service, plans(route, service?.Service));
        return (isForRequests ? changes.Set(plan) : streams.Set(plan)) is { } error
            ? new CompileResult.Failed(error.Message, "routes", route.Id.Value, error.Field)
            : null;
    }
}
