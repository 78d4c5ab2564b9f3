using Evenkeel.Tests.EndToEnd.Harness;

namespace Evenkeel.Tests.EndToEnd.Proxy;

/// <summary>Maps and ACLs that change while requests are served, by rules and by the stats socket.</summary>
public sealed class PatternTests
{
    [Fact]
    public void Maps_and_acls_follow_the_runtime_api()
    {
        var folder = Directory.CreateTempSubdirectory("evenkeel-patterns.").FullName;
        var (map, acl) = (Path.Combine(folder, "hosts.map"), Path.Combine(folder, "blocked.acl"));
        File.WriteAllText(map, "a.example one\n");
        File.WriteAllText(acl, "/blocked\n");
        using var balancer = new Balancer($$"""
            listen web
                bind 127.0.0.1:{port}
                acl blocked path -f {{acl}}
                http-request deny if blocked
                http-request return status 200 hdr x-value "%[hdr(x-key),map({{map}},none)]"
            """);
        Assert.StartsWith("HTTP/1.1 403 ", balancer.Get("/blocked"));
        Assert.Contains("x-value: one\r\n", balancer.Get("/", "X-Key: a.example"));
        Assert.Contains("x-value: none\r\n", balancer.Get("/", "X-Key: b.example"));

        Assert.Equal("\n", balancer.Command($"add map {map} b.example two"));
        Assert.Equal("\n", balancer.Command($"set map {map} a.example changed"));
        Assert.Equal("\n", balancer.Command($"del acl {acl} /blocked"));
        Assert.Equal("\n", balancer.Command($"add acl {acl} /other"));
        Assert.Contains("x-value: changed\r\n", balancer.Get("/blocked", "X-Key: a.example"));
        Assert.Contains("x-value: two\r\n", balancer.Get("/", "X-Key: b.example"));
        Assert.StartsWith("HTTP/1.1 403 ", balancer.Get("/other"));

        Assert.Equal("New version created: 1\n\n", balancer.Command($"prepare map {map}"));
        Assert.Equal("\n", balancer.Command($"add map @1 {map} <<\nb.example prepared\nc.example three words here\n"));
        Assert.Contains("x-value: two\r\n", balancer.Get("/", "X-Key: b.example"));
        Assert.Equal("\n", balancer.Command($"commit map @1 {map}"));
        Assert.Contains("x-value: prepared\r\n", balancer.Get("/", "X-Key: b.example"));
        Assert.Contains("x-value: three words here\r\n", balancer.Get("/", "X-Key: c.example"));
        Assert.Contains("x-value: none\r\n", balancer.Get("/", "X-Key: a.example"));
        Assert.Matches(@"^0x[0-9a-f]+ b\.example prepared\n0x[0-9a-f]+ c\.example three words here\n\n$", balancer.Command($"show map {map}"));
        Assert.Contains($"({map}) pattern loaded from file '{map}' used by map at file ", balancer.Command("show map"));
        Assert.Equal("type=str, case=sensitive, found=yes, idx=tree, key=\"b.example\", value=\"prepared\", type=\"str\"\n\n",
            balancer.Command($"get map {map} b.example"));
        Assert.Equal("\n", balancer.Command($"clear map {map}"));
        Assert.Contains("x-value: none\r\n", balancer.Get("/", "X-Key: b.example"));
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public void Rules_add_change_and_remove_entries()
    {
        using var balancer = new Balancer("""
            listen web
                bind 127.0.0.1:{port}
                http-request set-map(virt@seen) %[hdr(x-key)] %[hdr(x-value)] if { path /set }
                http-request del-map(virt@seen) %[hdr(x-key)] if { path /del }
                http-request add-acl(virt@banned) %[hdr(x-key)] if { path /ban }
                http-request del-acl(virt@banned) %[hdr(x-key)] if { path /pardon }
                http-request deny if { hdr(x-key) -f virt@banned }
                http-request return status 200 hdr x-value "%[hdr(x-key),map(virt@seen,none)]"
            """);
        Assert.Contains("x-value: none\r\n", balancer.Get("/", "X-Key: k"));
        Assert.Contains("x-value: v1\r\n", balancer.Get("/set", "X-Key: k", "X-Value: v1"));
        Assert.Contains("x-value: v2\r\n", balancer.Get("/set", "X-Key: k", "X-Value: v2"));
        Assert.Contains("x-value: v2\r\n", balancer.Get("/", "X-Key: k"));
        Assert.Contains("x-value: none\r\n", balancer.Get("/del", "X-Key: k"));
        Assert.StartsWith("HTTP/1.1 403 ", balancer.Get("/ban", "X-Key: bad"));
        Assert.StartsWith("HTTP/1.1 403 ", balancer.Get("/", "X-Key: bad"));
        Assert.StartsWith("HTTP/1.1 200 ", balancer.Get("/", "X-Key: good"));
        Assert.StartsWith("HTTP/1.1 200 ", balancer.Get("/pardon", "X-Key: bad"));
    }
}
