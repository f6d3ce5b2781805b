using System.Text.Json.Nodes;
using Gateway.Manager.AdminApi;
using Gateway.Manager.Tests.FakeAdmin;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gateway.Manager.Tests.AdminApi;

public sealed class AdminClientTests : IAsyncLifetime
{
    private FakeAdminApi _admin = default!;
    private AdminClient _client = default!;

    public async Task InitializeAsync()
    {
        _admin = await FakeAdminApi.StartAsync();
        _client = new AdminClient(new HttpClient { BaseAddress = _admin.Address }, NullLogger<AdminClient>.Instance);
    }

    public async Task DisposeAsync() => await _admin.DisposeAsync();

    [Theory]
    [InlineData(FakeAdminApi.UserName, FakeAdminApi.Password, 200)]
    [InlineData(FakeAdminApi.UserName, "wrong", 401)]
    [InlineData("nobody", FakeAdminApi.Password, 401)]
    public async Task Check_NameAndPassword_IsTheStatusOfAuth(string name, string password, int expected) =>
        (await _client.CheckAsync(name, password, null, default)).ShouldBe(expected);

    [Fact]
    public async Task Send_ViolatedSchema_IsAnAnswerWithFields()
    {
        var answer = await _client.SendAsync(HttpMethod.Post, "services", new JsonObject { ["name"] = "orders" });
        answer.Succeeded.ShouldBeFalse();
        answer.Fields!["host"]!.ToString().ShouldBe("required field missing");
        answer.Message.ShouldStartWith("schema violation");
    }

    [Fact]
    public async Task Get_NobodyListens_IsAnAnswerThatSaysSo()
    {
        await _admin.StopAsync();
        var answer = await _client.GetAsync("services");
        answer.Away.ShouldBeTrue();
        answer.Message.ShouldBe("The Admin API cannot be reached.");
    }

    [Fact]
    public async Task Read_ManyRows_PagesInTheAdminApisOrder()
    {
        Fill(60);
        var lists = new EntityLists(_client);
        var (first, _) = await lists.ReadAsync("services", new EntityQuery { Size = 25 });
        first!.Rows.Count.ShouldBe(25);
        var (third, _) = await lists.ReadAsync("services", new EntityQuery { Size = 25, Offset = (await lists.ReadAsync("services", new EntityQuery { Size = 25, Offset = first.Next })).Page!.Next });
        third!.Rows.Count.ShouldBe(10);
        third.Next.ShouldBeNull();
    }

    [Fact]
    public async Task Read_SearchedAndSorted_FindsPartsOfNamesHostsAndTags()
    {
        Fill(30);
        var lists = new EntityLists(_client);
        var (byName, _) = await lists.ReadAsync("services", new EntityQuery { Search = "ICE-2", Sort = "-name" });
        byName!.Rows.Select(row => row["name"]!.ToString()).ShouldBe(["service-29", "service-28", "service-27", "service-26", "service-25", "service-24", "service-23", "service-22", "service-21", "service-20", "service-2"]);
        var (byTag, _) = await lists.ReadAsync("services", new EntityQuery { Search = "even" });
        byTag!.Rows.Count.ShouldBe(15);
        var (byNumber, _) = await lists.ReadAsync("services", new EntityQuery { Sort = "-port", Size = 25 });
        byNumber!.Rows[0]["port"]!.GetValue<int>().ShouldBe(1029);
        byNumber.Next.ShouldNotBeNull();
    }

    [Fact]
    public async Task Count_WholeCollection_IsItsSize()
    {
        Fill(7);
        (await new EntityLists(_client).CountAsync("services")).ShouldBe((7, false));
    }

    private void Fill(int count)
    {
        for (var i = 0; i < count; i++)
        {
            _admin.Entities.Add("services", new JsonObject { ["name"] = $"service-{i}", ["host"] = $"{i}.example", ["port"] = 1000 + i, ["tags"] = new JsonArray(i % 2 == 0 ? "even" : "odd") });
        }
    }
}
