namespace Evenkeel.Config.Haproxy.Sections;

/// <summary>A `namespace_list` section: the network namespaces that a PROXY header may name beside those of bind and server lines
/// (network-namespaces.txt "Listing namespaces in the configuration file").</summary>
internal sealed class NamespaceListSection(ParseContext context) : ISection
{
    public string PseudoName => "namespace_list";

    public void Read(Statement statement)
    {
        if (statement.Keyword != "namespace")
        {
            // The original passes it by without a word.
            context.WithoutEffect($"'{statement.Keyword}' in a 'namespace_list' section", "it names no namespace");
            return;
        }
        for (var at = 1; statement.Has(at) && TryAdd(statement[at]); at++)
        {
        }
    }

    private bool TryAdd(string name)
    {
        var known = context.Draft.Namespaces.Count;
        if (name.FirstOrDefault(static c => !SectionOpener.IsNameCharacter(c)) is var bad and not '\0')
            context.AlertTight($"character '{bad}' is not permitted in 'namespace' name '{name}'.");
        else if (context.NetworkNamespace(name) is null) context.AlertTight($"Cannot open namespace '{name}'.");
        else if (context.Draft.Namespaces.Count == known) context.AlertTight($"Namespace '{name}' is already added.");
        else return true;
        return false;
    }
}
