using Evenkeel.Tests.EndToEnd.Harness;

namespace Evenkeel.Tests.EndToEnd.RuntimeApi;

/// <summary>What one process leaves for the next: states of servers, counters, variables.</summary>
public sealed class SavedStateTests
{
    private const string Globals = """
        global
            stats socket {dir}/stats.sock level admin
            server-state-file {dir}/states
            stats-file {dir}/counters
            set-var proc.answer int(41),add(1)
            set-var-fmt proc.said "it is %[var(proc.answer)]"
        defaults
            mode http
            timeout connect 2s
            timeout client 5s
            timeout server 5s
            load-server-state-from-file global

        """;

    [Fact]
    public void States_of_servers_are_taken_up_where_the_configuration_is_the_same()
    {
        using var server = ScriptedServer.Answering("x");
        var configuration = Globals + $$"""
            listen web
                bind 127.0.0.1:{port}
                balance roundrobin
                server weighed 127.0.0.1:{{server.Port}} weight 10
                server parked 127.0.0.1:{{server.Port}}
                server drained 127.0.0.1:{{server.Port}}
                server checked 127.0.0.1:{{Ports.Free()}} check inter 60s
                server changed 127.0.0.1:{{server.Port}} weight 7
            """;
        using var balancer = new Balancer(configuration, folder =>
            File.WriteAllText(Path.Combine(folder, "states"), $"""
                1
                # a comment
                2 web 1 weighed 127.0.0.1 2 0 3 10 100 1 0 0 0 0 0 0 - {server.Port} - 0 0 - - 0
                2 web 2 parked 127.0.0.1 0 1 1 1 100 1 0 0 0 0 0 0 - {server.Port} - 0 0 - - 0
                2 web 3 drained 127.0.0.1 2 8 1 1 100 1 0 0 0 0 0 0 - {server.Port} - 0 0 - - 0
                2 web 4 checked 127.0.0.1 0 0 1 1 100 8 2 0 6 0 0 0 - 0 - 0 0 - - 0
                2 web 5 changed 127.0.0.1 2 0 3 9 100 1 0 0 0 0 0 0 - {server.Port} - 0 0 - - 0
                2 web 6 gone 127.0.0.1 2 0 x 9 100 1 0 0 0 0 0 0 - 1 - 0 0 - - 0

                """));
        var states = balancer.Command("show servers state web").Split('\n').Where(line => line.StartsWith("2 ", StringComparison.Ordinal))
            .Select(line => string.Join(' ', line.Split(' ')[3..9])).ToArray();
        Assert.Equal(
            ["weighed 127.0.0.1 2 0 3 10", "parked 127.0.0.1 0 1 1 1", "drained 127.0.0.1 2 8 1 1", "checked 127.0.0.1 0 0 1 1", "changed 127.0.0.1 2 0 7 7"],
            states);
        Assert.Contains(",MAINT,", balancer.Command("show stat").Split('\n').First(line => line.StartsWith("web,parked,", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_broken_state_file_is_complained_about_and_changes_nothing()
    {
        using var balancer = new Balancer(Globals + """
            listen web
                bind 127.0.0.1:{port}
                server s 127.0.0.1:1
            """, folder => File.WriteAllText(
            Path.Combine(folder, "states"), "1\n2 web 1 s 127.0.0.1 0 1 1 1 100 1 0 0 0 0 0 0 - 1 - 0 0 - - 0\n2 web 2 cut off\n"));
        Assert.Contains("corrupted global server state file", balancer.Program.Output);
        Assert.Contains(" s 127.0.0.1 2 0 ", balancer.Command("show servers state"));
    }

    [Fact]
    public void Counters_go_on_from_what_the_last_process_dumped()
    {
        const string Sections = """
            frontend in
                guid front
                bind 127.0.0.1:{port}
                default_backend out
            backend out
                guid back
                server s 127.0.0.1:1 guid server-1
            """;
        string dump;
        using (var first = new Balancer(Globals + Sections))
        {
            first.Get("/");
            first.Get("/");
            dump = first.Command("dump stats-file");
        }
        Assert.StartsWith("#fe guid,stot,bin,bout,", dump);
        Assert.Contains("\n#be guid,stot,bin,bout,", dump);
        using var second = new Balancer(Globals + Sections, folder => File.WriteAllText(Path.Combine(folder, "counters"), dump));
        second.Get("/");
        // Requests themselves are no measure: the harness knocks at the port until it answers.
        Assert.Contains(".hrsp_5xx.1:MCPP:u64:3\n", second.Command("show stat in 1 -1 typed"));
    }

    [Fact]
    public void Variables_of_the_process_are_set_at_the_start_and_by_command()
    {
        using var balancer = new Balancer(Globals + """
            listen web
                bind 127.0.0.1:{port}
                http-request return status 200 content-type text/plain lf-string "%[var(proc.said)] %[var(proc.late)]"
            """);
        Assert.EndsWith("it is 42 ", balancer.Get("/"));
        Assert.Equal("proc.answer: type=sint value=<42>\n\n", balancer.Command("get var proc.answer"));
        Assert.Equal("This command is restricted to experimental mode only.\n\n", balancer.Command("set var proc.late str(new)"));
        Assert.Equal("\n\nproc.late: type=str value=<NEW>\n\n", balancer.Command("experimental-mode on;set var proc.late str(new),upper;get var proc.late"));
        Assert.EndsWith("it is 42 NEW", balancer.Get("/"));
        Assert.Contains("none of which is available here", balancer.Command("experimental-mode on;set var proc.late src"));
        Assert.Equal("Variable not found.\n\n", balancer.Command("get var proc.unknown"));
    }
}
