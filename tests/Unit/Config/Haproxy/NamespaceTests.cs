using Evenkeel.Config.Diagnostics;
using Evenkeel.Config.Haproxy;
using Evenkeel.Model.Proxy;
using Evenkeel.Model.Samples;

namespace Evenkeel.Tests.Unit.Config.Haproxy;

/// <summary>`namespace` on bind and server lines, and `namespace_list` (network-namespaces.txt). The machine has the namespaces blue and red.</summary>
public sealed class NamespaceTests
{
    private const string Timeouts = "defaults\n timeout client 1s\n timeout server 1s\n timeout connect 1s\n";

    private readonly DiagnosticList _said = new();

    private ConfigurationModel? Parse(string text) =>
        HaproxyParser.Parse(["a.cfg"], new HaproxyOptions(), new FakeWorld().With("a.cfg", text), SignatureRegistry.Empty, _said);

    private ConfigurationModel Accepted(string text)
    {
        var model = Parse(text);
        Assert.Equal([], _said.Items.Where(item => item.Severity >= Severity.Warning).Select(item => item.HaproxyLine));
        return model!;
    }

    [Fact]
    public void Every_namespace_is_known_once_whoever_names_it()
    {
        var model = Accepted("namespace_list\n namespace red\n" + Timeouts
            + "listen l\n bind :80\n bind :81 namespace blue\n server s 127.0.0.1:8080 namespace blue\n");
        Assert.Equal([new NetworkNamespaceModel("red", 8), new NetworkNamespaceModel("blue", 7)], model.Namespaces);
        Assert.Equal([null, "blue"], model.Frontends[0].Binds.Select(bind => bind.Namespace?.Name));
        Assert.Equal("blue", model.Backends[0].Servers[0].Namespace?.Name);
    }

    [Theory]
    [InlineData("namespace *", null, true)]
    [InlineData("namespace * namespace blue", "blue", false)]
    [InlineData("namespace blue namespace *", null, true)]
    public void The_last_namespace_of_a_server_counts(string options, string? name, bool followsClient)
    {
        var server = Accepted(Timeouts + $"listen l\n bind :80\n server s 127.0.0.1:8080 {options}\n").Backends[0].Servers[0];
        Assert.Equal((name, followsClient), (server.Namespace?.Name, server.FollowsClientNamespace));
    }

    [Theory]
    [InlineData("listen l\n bind :80 namespace", "config : parsing [a.cfg:6] : 'bind :80' in section 'listen' : 'namespace' : missing namespace id")]
    [InlineData("listen l\n bind :80 namespace green", "config : Cannot open namespace 'green'.")]
    [InlineData("listen l\n bind :80 namespace *", "'bind :80' in section 'listen' : error encountered while processing 'namespace'.")]
    [InlineData("backend b\n server s 127.0.0.1:1 namespace", "config : [a.cfg:6] : 'server b/s' : 'namespace' : expects <name> as argument.")]
    [InlineData("backend b\n server s 127.0.0.1:1 namespace green", "config : [a.cfg:6] : 'server b/s' : Cannot open namespace 'green'.")]
    [InlineData("backend b\n default-server namespace green", "config : [a.cfg:6] : Cannot open namespace 'green'.")]
    [InlineData("namespace_list\n namespace green", "config : parsing [a.cfg:6]: Cannot open namespace 'green'.")]
    [InlineData("namespace_list\n namespace blue blue", "config : parsing [a.cfg:6]: Namespace 'blue' is already added.")]
    [InlineData("namespace_list\n namespace *", "config : parsing [a.cfg:6]: character '*' is not permitted in 'namespace' name '*'.")]
    public void What_cannot_be_opened_is_refused_in_the_originals_words(string text, string said)
    {
        Assert.Null(Parse(Timeouts + text + "\n"));
        Assert.Contains(_said.Items, item => item.HaproxyLine.EndsWith(said, StringComparison.Ordinal));
    }
}
