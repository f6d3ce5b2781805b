using System.Text.Json.Nodes;
using Gateway.PluginSdk;

namespace Gateway.Plugins.RequestTransformer;

/// <summary>Named values that are changed alike, wherever they stand.</summary>
internal interface IParameters
{
    bool Has(string name);

    void Remove(string name);

    void Rename(string old, string name);

    void Set(string name, string value);

    void Append(string name, string value);
}

/// <summary>The parameters of a query or a form.</summary>
internal sealed class QueryParameters(QueryArguments arguments) : IParameters
{
    public bool Has(string name) => arguments[name] is not null;

    public void Remove(string name) => arguments.Remove(name);

    public void Rename(string old, string name)
    {
        if (arguments[old] is { } values)
        {
            arguments.Remove(old);
            arguments.SetAll(name, values);
        }
    }

    public void Set(string name, string value) => arguments.Set(name, value);

    public void Append(string name, string value) => arguments.Append(name, value);
}

/// <summary>The members of a JSON object.</summary>
internal sealed class JsonParameters(JsonObject document) : IParameters
{
    public bool Has(string name) => document.ContainsKey(name);

    public void Remove(string name) => document.Remove(name);

    public void Rename(string old, string name)
    {
        if (document.Remove(old, out var value))
        {
            document[name] = value;
        }
    }

    public void Set(string name, string value) => document[name] = value;

    public void Append(string name, string value)
    {
        switch (document[name])
        {
            case null:
                document[name] = new JsonArray(value);
                break;
            case JsonArray list:
                list.Add((JsonNode)value);
                break;
            case var one:
                document[name] = new JsonArray(one.DeepClone(), value);
                break;
        }
    }
}
