using System.Collections.Immutable;
using Gateway.DataPlane.Plugins;
using Gateway.DataPlane.Routing;
using Gateway.DataPlane.Routing.Streams;
using Gateway.DataPlane.Upstreams;
using Gateway.Entities;

namespace Gateway.DataPlane.Config;

/// <content>Makes the next snapshot out of the present one and what changed.</content>
internal sealed partial class SnapshotCompiler
{
    private static readonly HashSet<string> _local = ["services", "routes", "plugins", "upstreams", "targets"];

    /// <summary>Compiles changes of the configuration in use, at the cost of what they touch; nothing changes until the result is put to use.</summary>
    /// <param name="changes">The changes.</param>
    /// <remarks>What concerns every route, such as a plugin for all of them or a certificate, is compiled with everything else.</remarks>
    public CompileResult Compile(EntityChanges changes)
    {
        var former = current.Value;
        if (former.Parts.Scopes.IsEmpty || !changes.Changes.All(IsLocal))
        {
            return Compile(changes.After.ToEntities(changes.Hashes));
        }

        var work = new ChangeWork(changes, former, groups);
        var failed = CompileUpstreams(work) ?? CompileServices(work) ?? BindPlugins(work) ?? CompileRoutes(work);
        return failed is not null ? failed : Finish(work);
    }

    private static bool IsLocal(EntityChange change) => _local.Contains(change.Kind)
        && (change.Kind is not "plugins" || new[] { change.Before, change.After }.OfType<Plugin>().All(p => p.Consumer is null && p.ConsumerGroup is null && (p.Route is not null || p.Service is not null)));

    private CompileResult.Failed? CompileUpstreams(ChangeWork work)
    {
        var targets = work.Changes.Of("targets").SelectMany(c => new[] { c.Before, c.After }).OfType<Target>().Select(t => t.Upstream.Value);
        var ids = work.Changes.Of("upstreams").Select(c => c.Id).Concat(targets).ToHashSet();

        // All names before any is taken again: one may go from an upstream to another.
        foreach (var before in ids.Select(id => work.Before<Upstream>("upstreams", id)).OfType<Upstream>())
        {
            work.Upstreams.Remove(before.Name);
            work.Balancers.Remove(before.Id.Value);
            work.Hosts.Add(before.Name);
        }

        foreach (var id in ids)
        {
            if (work.Changes.After.Find("upstreams", id) is not Upstream upstream)
            {
                work.Forgotten.Add(id);
                continue;
            }

            var own = work.Changes.Referring("targets", "upstream", id).Select(t => work.Changes.After.Find("targets", t)).OfType<Target>();
            if (Compile(upstream, own, work.Certificate, work.Former, out var balancer) is { } failed)
            {
                return failed;
            }

            work.Upstreams[upstream.Name] = (upstream, balancer!);
            work.Balancers[id] = balancer!;
            work.Hosts.Add(upstream.Name);
        }

        return null;
    }

    private CompileResult.Failed? CompileServices(ChangeWork work)
    {
        var ids = work.Changes.Of("services").Select(c => c.Id).ToHashSet();
        if (work.Hosts.Count > 0)
        {
            ids.UnionWith(work.Changes.After.All<Service>("services").Where(s => work.Hosts.Contains(s.Host)).Select(s => s.Id.Value));
        }

        foreach (var id in ids)
        {
            var before = work.Services.GetValueOrDefault(id);
            work.Routes.UnionWith(work.Changes.Referring("routes", "service", id));
            if (work.Changes.After.Find("services", id) is not Service service)
            {
                work.Services.Remove(id);
                work.IsHostGone = true;
                work.IsProfileGone |= before is not null;
                continue;
            }

            if (Compile(service, work.Upstreams.GetValueOrDefault(service.Host), work.Certificate, work.Authority, out var plan) is { } failed)
            {
                return failed;
            }

            work.Services[id] = plan;
            work.IsHostGone |= before is not null && !ReferenceEquals(before.Balancer, plan?.Balancer);
            work.IsProfileGone |= before is not null && before.Profile != plan?.Profile;
        }

        return null;
    }

    private CompileResult.Failed? BindPlugins(ChangeWork work)
    {
        var (gone, come) = (new List<Step>(), new List<Step>());
        foreach (var change in work.Changes.Of("plugins"))
        {
            if (change.Before is Plugin before && work.Steps.TryGetValue(before, out var step))
            {
                work.Steps.Remove(before);
                gone.Add(step);
            }

            if (change.After is Plugin { Enabled: true } after)
            {
                if (Bind(after, work.Former, work.Former.Parts.Secrets, out step) is { } failed)
                {
                    return failed;
                }

                work.Steps[after] = step!;
                come.Add(step!);
            }

            foreach (var plugin in new[] { change.Before, change.After }.OfType<Plugin>())
            {
                work.Concern(plugin.Route?.Value, plugin.Service?.Value);
            }
        }

        var order = host.Order.ToArray();
        foreach (var name in work.Changes.Of("plugins").SelectMany(c => new[] { c.Before, c.After }).OfType<Plugin>().Select(p => p.Name).ToHashSet())
        {
            var place = Array.IndexOf(order, name);
            if (place >= 0)
            {
                // The steps of other plugins among these stay where they are: each scope takes out and in only what is its own.
                var ids = work.Changes.Of("plugins").SelectMany(c => new[] { c.Before, c.After }).OfType<Plugin>().Where(p => p.Name == name).Select(p => p.Id.Value).ToHashSet();
                work.Scopes[place] = work.Scopes[place].With(gone.Where(s => ids.Contains(s.Instance.Id)), come.Where(s => ids.Contains(s.Instance.Id)));
            }
        }

        return null;
    }

    private static CompileResult.Failed? CompileRoutes(ChangeWork work)
    {
        var router = work.Former.Router.Change();
        var streams = work.Former.Streams.Change();
        work.Routes.UnionWith(work.Changes.Of("routes").Select(c => c.Id));
        foreach (var id in work.Routes)
        {
            if (work.Changes.After.Find("routes", id) is not Route route)
            {
                router.Remove(id);
                streams.Remove(id);
                work.Forget(id);
            }
            else if (Set(router, streams, route, work.Services, work.PlanOf) is { } failed)
            {
                return failed;
            }
        }

        work.Router = router.Build();
        work.Streams = streams.Build();
        return null;
    }

    private CompileResult.Compiled Finish(ChangeWork work)
    {
        var snapshot = work.Former with
        {
            Hashes = work.Changes.Hashes,
            Router = work.Router!,
            Streams = work.Streams!,
            Steps = work.Steps.ToImmutable(),
            Balancers = work.Balancers.ToImmutable(),
            Parts = new SnapshotParts
            {
                Services = work.Services.ToImmutable(),
                Upstreams = work.Upstreams.ToImmutable(),
                Secrets = work.Former.Parts.Secrets,
                Scopes = work.Scopes.ToImmutable(),
                Plans = work.Plans.ToImmutable(),
            },
        };
        return new CompileResult.Compiled(() =>
        {
            current.Use(snapshot);
            if (work.Hosts.Count > 0)
            {
                prober.Follow([.. snapshot.Balancers.Values]);
            }

            if (work.IsProfileGone || work.Hosts.Count > 0)
            {
                pools.Keep(Profiles(snapshot));
            }

            states.Forget(work.Forgotten);
            if (work.IsHostGone)
            {
                hosts.Forget();
            }
        });
    }

    private static HashSet<ConnectionProfile> Profiles(GatewaySnapshot snapshot) =>
        [.. snapshot.Parts.Services.Values.OfType<ServicePlan>().Select(s => s.Profile), .. snapshot.Balancers.Values.Select(b => b.Plan.Probes).OfType<ConnectionProfile>()];

    /// <summary>A snapshot in the making.</summary>
    private sealed class ChangeWork(EntityChanges changes, GatewaySnapshot former, ConsumerGroups groups)
    {
        private readonly HashSet<(Guid Route, Guid Service)> _renewed = [];
        private readonly HashSet<Guid> _concerned = [];

        public EntityChanges Changes => changes;

        public GatewaySnapshot Former => former;

        public ImmutableDictionary<string, (Upstream Entity, Balancer Balancer)>.Builder Upstreams { get; } = former.Parts.Upstreams.ToBuilder();

        public ImmutableDictionary<Guid, Balancer>.Builder Balancers { get; } = former.Balancers.ToBuilder();

        public ImmutableDictionary<Guid, ServicePlan?>.Builder Services { get; } = former.Parts.Services.ToBuilder();

        public ImmutableDictionary<Plugin, Step>.Builder Steps { get; } = former.Steps.ToBuilder();

        public ImmutableArray<ScopedSteps>.Builder Scopes { get; } = former.Parts.Scopes.ToBuilder();

        public ImmutableDictionary<(Guid Route, Guid Service), PluginPlan>.Builder Plans { get; } = former.Parts.Plans.ToBuilder();

        public Router? Router { get; set; }

        public StreamRouter? Streams { get; set; }

        /// <summary>The names whose addresses may be others now.</summary>
        public HashSet<string> Hosts { get; } = new(StringComparer.OrdinalIgnoreCase);

        /// <summary>The routes that are compiled anew.</summary>
        public HashSet<Guid> Routes { get; } = [];

        /// <summary>What is configured no longer.</summary>
        public HashSet<Guid> Forgotten { get; } = [];

        /// <summary>Whether connections of some profile may be of no more use.</summary>
        public bool IsProfileGone { get; set; }

        /// <summary>Whether a host of a service may be of no more use.</summary>
        public bool IsHostGone { get; set; }

        public Certificate? Certificate(Guid id) => changes.After.Find("certificates", id) is Certificate certificate ? former.Parts.Secrets.Resolve(certificate) : null;

        public CaCertificate? Authority(Guid id) => changes.After.Find("ca_certificates", id) as CaCertificate;

        /// <summary>An entity as it was before.</summary>
        public T? Before<T>(string kind, Guid id)
            where T : class
        {
            foreach (var change in changes.Of(kind).Where(c => c.Id == id))
            {
                return change.Before as T;
            }

            return changes.After.Find(kind, id) as T;
        }

        /// <summary>Notes that the plugins of a route, or of the routes of a service, are others now.</summary>
        public void Concern(Guid? route, Guid? service)
        {
            if (route is { } own)
            {
                _concerned.Add(own);
                Routes.Add(own);
            }
            else if (service is { } all)
            {
                Routes.UnionWith(changes.Referring("routes", "service", all));
            }

            if (service is { } bound)
            {
                _concerned.Add(bound);
            }
        }

        /// <summary>The plan of a route and its service.</summary>
        public PluginPlan PlanOf(Route route, Service? service)
        {
            var key = (Bound("route", route.Id.Value), Bound("service", service?.Id.Value ?? default));
            var isConcerned = _concerned.Contains(key.Item1) || _concerned.Contains(key.Item2);
            if (!Plans.TryGetValue(key, out var plan) || (isConcerned && _renewed.Add(key)))
            {
                Plans[key] = plan = new PluginPlan(Scopes, key.Item1, key.Item2, groups);
            }

            return plan;
        }

        /// <summary>Drops the plans of a route that is gone.</summary>
        public void Forget(Guid route)
        {
            var service = changes.Changes.FirstOrDefault(c => c.Id == route).Before is Route { Service: { } led } ? led.Value : default;
            Plans.Remove((route, service));
            Plans.Remove((route, default));
        }

        private Guid Bound(string field, Guid id) => id != default && changes.Referring("plugins", field, id).Count > 0 ? id : default;
    }
}
