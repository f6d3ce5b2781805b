namespace Gateway.Hosting;

/// <summary>The names and versions under which every plane of the product introduces itself.</summary>
public static class Product
{
    /// <summary>The version of Kong whose formats this product speaks; clients and planes read it.</summary>
    public const string KongVersion = "3.10.0";

    /// <summary>The <c>Server</c> and <c>Via</c> token: <c>kong/3.10.0</c>.</summary>
    public const string ServerToken = "kong/" + KongVersion;

    /// <summary>The product's own version, shown beside Kong's.</summary>
    public static string Version { get; } = typeof(Product).Assembly.GetName().Version?.ToString(3) ?? "0.0.0";
}
