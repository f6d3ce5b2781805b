using System.Text.Json.Nodes;

namespace Gateway.PluginSdk;

/// <summary>A plugin that keeps things under keys on this node, which the Admin API shows and has it forget; <see cref="AdminPathAttribute"/> declares where.</summary>
public interface IKeeps
{
    /// <summary>What is kept under a key, as the Admin API shows it; null when there is nothing.</summary>
    /// <param name="key">The key.</param>
    JsonObject? Find(string key);

    /// <summary>Forgets what is kept under a key; says whether there was anything.</summary>
    /// <param name="key">The key.</param>
    bool Forget(string key);

    /// <summary>Forgets everything.</summary>
    void ForgetAll();
}
