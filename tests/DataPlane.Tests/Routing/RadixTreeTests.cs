using Gateway.DataPlane.Routing;

namespace Gateway.DataPlane.Tests.Routing;

public sealed class RadixTreeTests
{
    // Digits and letters by the dozen make nodes with more than sixteen children; labels are short and long; not all is ASCII.
    private static readonly string[] _pieces =
    [
        "/", "/a", "/api", "/api/v1/", "x", "é", "\u8000", "漢字", "/a-label-that-is-long", "12345678", "123456789", "\0", .. Enumerable.Range('0', 75).Select(c => ((char)c).ToString()),
    ];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Tree_OfAnyChanges_FindsWhatIsThereInEveryVersion(int seed)
    {
        var random = new Random(seed);
        var (tree, expected) = (RadixTree<string>.Empty, new SortedDictionary<string, string>(StringComparer.Ordinal));
        var versions = new List<(RadixTree<string> Tree, Dictionary<string, string> Expected)>();
        var keys = Enumerable.Range(0, 300).Select(_ => Key(random)).Distinct().ToArray();
        for (var round = 0; round < 40; round++)
        {
            var owner = new RadixOwner();
            for (var i = random.Next(30); i >= 0; i--)
            {
                var key = keys[random.Next(keys.Length)];
                if (random.Next(3) is 0)
                {
                    expected.Remove(key);
                    tree = tree.Set(key, null, owner);
                }
                else
                {
                    tree = tree.Set(key, expected[key] = random.Next().ToString(System.Globalization.CultureInfo.InvariantCulture), owner);
                }
            }

            tree.IsEmpty.ShouldBe(expected.Count is 0);
            versions.Add((tree, new(expected, StringComparer.Ordinal)));
        }

        foreach (var (version, values) in versions)
        {
            foreach (var key in keys)
            {
                version.Find(key).ShouldBe(values.GetValueOrDefault(key));
                var text = key + Key(random);
                var found = new List<string>();
                foreach (var value in version.PrefixesOf(text))
                {
                    found.Add(value);
                }

                found.ShouldBe(Enumerable.Range(0, text.Length + 1).Select(n => values.GetValueOrDefault(text[..n])).OfType<string>());
            }
        }
    }

    [Fact]
    public void Tree_ThatIsEmptiedAgain_IsEmpty()
    {
        var keys = Enumerable.Range(0, 1_000).Select(n => $"/area-{n % 100:00}/item-{n:000000}").ToArray();
        var tree = keys.Aggregate(RadixTree<string>.Empty, (t, key) => t.Set(key, key, new RadixOwner()));
        keys.ShouldAllBe(k => tree.Find(k) == k);
        keys.Aggregate(tree, (t, key) => t.Set(key, null, new RadixOwner())).IsEmpty.ShouldBeTrue();
        keys.ShouldAllBe(k => tree.Find(k) == k);
    }

    private static string Key(Random random) => string.Concat(Enumerable.Range(0, random.Next(5)).Select(_ => _pieces[random.Next(_pieces.Length)]));
}
