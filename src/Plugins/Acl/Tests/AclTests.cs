using Gateway.Entities;
using Gateway.Plugins.Acl;
using Gateway.PluginSdk;
using Gateway.PluginSdk.Testing;

namespace Gateway.Plugins.Tests.Acl;

public sealed class AclTests
{
    private static readonly Consumer _bob = new() { Id = new(Guid.NewGuid()), Username = "bob" };
    private static readonly Consumer _loner = new() { Id = new(Guid.NewGuid()), Username = "loner" };
    private readonly AclPlugin _plugin = new(new FakeLookup<AclMembership>(Member(_bob, "admins"), Member(_bob, "dev")));

    [Fact]
    public async Task Access_MemberOfAnAllowedGroup_PassesAndTheUpstreamIsToldAllGroups()
    {
        var exchange = As(_bob).With("X-Consumer-Groups", "spoofed").With("X-Authenticated-Groups", "spoofed");

        await _plugin.AccessAsync(exchange, new AclConfig { Allow = ["dev"] });

        exchange.Answer.ShouldBeNull();
        exchange.RequestHeaders["X-Consumer-Groups"].ToString().Split(", ").Order().ShouldBe(["admins", "dev"]);
        exchange.RequestHeaders.ContainsKey("X-Authenticated-Groups").ShouldBeFalse();
    }

    [Fact]
    public async Task Access_HidingTheGroups_TheUpstreamIsToldNothing()
    {
        var exchange = As(_bob).With("X-Consumer-Groups", "spoofed");

        await _plugin.AccessAsync(exchange, new AclConfig { Allow = ["dev"], HideGroupsHeader = true });

        exchange.Answer.ShouldBeNull();
        exchange.RequestHeaders.ContainsKey("X-Consumer-Groups").ShouldBeFalse();
    }

    [Theory]
    [InlineData("other", null)]
    [InlineData("DEV", null)]
    [InlineData(null, "dev")]
    public async Task Access_WrongGroups_Is403(string? allow, string? deny)
    {
        var exchange = As(_bob);

        await _plugin.AccessAsync(exchange, new AclConfig { Allow = allow is null ? null : [allow], Deny = deny is null ? null : [deny] });

        exchange.Status.ShouldBe(403);
        exchange.Message.ShouldBe("You cannot consume this service");
    }

    [Fact]
    public async Task Access_WithoutGroups_OnlyADenialLetsIn()
    {
        var allowed = As(_loner);
        await _plugin.AccessAsync(allowed, new AclConfig { Allow = ["dev"] });
        allowed.Status.ShouldBe(403);

        var denied = As(_loner);
        await _plugin.AccessAsync(denied, new AclConfig { Deny = ["dev"] });
        denied.Answer.ShouldBeNull();
        denied.RequestHeaders.ContainsKey("X-Consumer-Groups").ShouldBeFalse();
    }

    [Fact]
    public async Task Access_AnonymousWithoutGroups_Is401ForACredentialMayHelp()
    {
        var exchange = new FakeExchange();
        exchange.Authenticate(_loner, null);

        await _plugin.AccessAsync(exchange, new AclConfig { Allow = ["dev"] });

        exchange.Status.ShouldBe(401);
    }

    [Fact]
    public async Task Access_Nobody_Is401()
    {
        var exchange = new FakeExchange();

        await _plugin.AccessAsync(exchange, new AclConfig { Deny = ["dev"] });

        exchange.Status.ShouldBe(401);
        exchange.Message.ShouldBeNull("the status' own");
    }

    [Fact]
    public async Task Access_CredentialOfNobody_Is403()
    {
        var exchange = new FakeExchange();
        exchange.Authenticate(null, new Credential(Guid.NewGuid(), "k", null));

        await _plugin.AccessAsync(exchange, new AclConfig { Deny = ["dev"] });

        exchange.Status.ShouldBe(403);
    }

    [Theory]
    [InlineData(false, false, "X-Authenticated-Groups")]
    [InlineData(true, false, "X-Consumer-Groups")]
    [InlineData(true, true, "X-Authenticated-Groups")]
    public async Task Access_LearnedGroups_StandInWithoutACredentialOrAlwaysOnRequest(bool credential, bool always, string header)
    {
        var exchange = credential ? As(_bob) : new FakeExchange();
        exchange.AuthenticatedGroups = ["dev", "ldap"];

        await _plugin.AccessAsync(exchange, new AclConfig { Allow = ["dev"], AlwaysUseAuthenticatedGroups = always });

        exchange.Answer.ShouldBeNull();
        exchange.RequestHeaders[header].ToString().ShouldContain("dev");
    }

    private static FakeExchange As(Consumer consumer)
    {
        var exchange = new FakeExchange();
        exchange.Authenticate(consumer, new Credential(Guid.NewGuid(), "k", consumer.Id.Value));
        return exchange;
    }

    private static AclMembership Member(Consumer consumer, string group) => new() { Id = new(Guid.NewGuid()), Consumer = consumer.Id, Group = group };
}
