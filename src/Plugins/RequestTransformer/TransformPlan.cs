using Gateway.Plugins.Common;

namespace Gateway.Plugins.RequestTransformer;

/// <summary>A configuration with its templates read.</summary>
internal sealed class TransformPlan
{
    /// <summary>Reads a configuration.</summary>
    public TransformPlan(RequestTransformerConfig config)
    {
        Method = config.HttpMethod;
        try
        {
            Uri = config.Replace.Uri is { } uri ? Template.Parse(uri) : null;
            Headers = new Changes(config.Remove.Headers, config.Rename.Headers, config.Replace.Headers, config.Add.Headers, config.Append.Headers);
            Query = new Changes(config.Remove.Querystring, config.Rename.Querystring, config.Replace.Querystring, config.Add.Querystring, config.Append.Querystring);
            Body = new Changes(config.Remove.Body, config.Rename.Body, config.Replace.Body, config.Add.Body, config.Append.Body);
        }
        catch (FormatException e)
        {
            Error = e.Message;
        }
    }

    /// <summary>What is wrong with a template, or null.</summary>
    public string? Error { get; }

    public string? Method { get; }

    public Template? Uri { get; }

    public Changes Headers { get; } = Changes.None;

    public Changes Query { get; } = Changes.None;

    public Changes Body { get; } = Changes.None;
}

/// <summary>What is changed of headers, of the query or of the body, in the order in which it is done.</summary>
internal sealed class Changes
{
    /// <summary>Reads lists of names and of <c>name:value</c>.</summary>
    /// <exception cref="FormatException">A template cannot be understood.</exception>
    public Changes(IReadOnlyList<string> remove, IReadOnlyList<string> rename, IReadOnlyList<string> replace, IReadOnlyList<string> add, IReadOnlyList<string> append)
    {
        Remove = Read(remove);
        Rename = Read(rename);
        Replace = Read(replace);
        Add = Read(add);
        Append = Read(append);
        IsEmpty = remove.Count + rename.Count + replace.Count + add.Count + append.Count is 0;
    }

    /// <summary>No changes.</summary>
    public static Changes None { get; } = new([], [], [], [], []);

    public bool IsEmpty { get; }

    public IReadOnlyList<(string Name, Template Value)> Remove { get; }

    public IReadOnlyList<(string Name, Template Value)> Rename { get; }

    public IReadOnlyList<(string Name, Template Value)> Replace { get; }

    public IReadOnlyList<(string Name, Template Value)> Add { get; }

    public IReadOnlyList<(string Name, Template Value)> Append { get; }

    /// <summary>Changes parameters.</summary>
    /// <returns>Whether anything changed.</returns>
    /// <remarks>A template is rendered even where its value is not needed, because one that cannot be is an error in any case; a value that is left out changes nothing.</remarks>
    public bool Apply(IParameters parameters, TemplateValues values)
    {
        var hasChanged = Remove.Count > 0;
        foreach (var (name, _) in Remove)
        {
            parameters.Remove(name);
        }

        foreach (var (old, name) in Rename)
        {
            var fresh = name.Render(values);
            if (fresh != old && parameters.Has(old))
            {
                parameters.Rename(old, fresh);
                hasChanged = true;
            }
        }

        foreach (var (name, value) in Replace)
        {
            var text = value.Render(values);
            if (!value.IsEmpty && parameters.Has(name))
            {
                parameters.Set(name, text);
                hasChanged = true;
            }
        }

        foreach (var (name, value) in Add)
        {
            var text = value.Render(values);
            if (!value.IsEmpty && !parameters.Has(name))
            {
                parameters.Set(name, text);
                hasChanged = true;
            }
        }

        foreach (var (name, value) in Append.Where(a => !a.Value.IsEmpty))
        {
            parameters.Append(name, value.Render(values));
            hasChanged = true;
        }

        return hasChanged;
    }

    private static (string Name, Template Value)[] Read(IReadOnlyList<string> pairs) =>
        [.. pairs.Select(Pairs.Of).Select(p => (p.Name, Template.Parse(p.Value)))];
}
