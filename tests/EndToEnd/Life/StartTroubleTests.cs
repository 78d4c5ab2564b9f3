using Evenkeel.Tests.EndToEnd.Harness;

namespace Evenkeel.Tests.EndToEnd.Life;

/// <summary>
/// What a start says on a machine where something is missing, full, forbidden or taken: the original's words where it has any, and what to do. Texts beside
/// HAProxy 3.5-dev5 and Keepalived 2.4.3.
/// </summary>
public sealed class StartTroubleTests
{
    private const string Makeable = "create it, or correct the path.";

    /// <summary>Name, arguments, a line of `global`, words behind `bind 127.0.0.1:8000`, a line of the frontend, what is said, and the status.</summary>
    public static TheoryData<string, string, string, string, string, string[], int> OfHaproxy => new()
    {
        { "pid file, no directory", "-D -p {dir}/none/pid", "", "", "",
            ["Cannot create pidfile {dir}/none/pid", "create its directory, or choose another place (-p)"], 1 },
        { "pid file, read-only", "-D -p {dir}/readonly/pid", "", "", "", ["Cannot create pidfile {dir}/readonly/pid", "make that file system writable"], 1 },
        { "pid file of a master", "-W -p {dir}/readonly/pid", "", "", "",
            ["Cannot create pidfile {dir}/readonly/pid", "make that file system writable", "Fatal error(s) found, exiting."], 1 },
        { "pid file, a directory", "-D -p {dir}/empty", "", "", "", ["Cannot create pidfile {dir}/empty: Is a directory; choose another place (-p)"], 1 },
        { "pid file, forbidden", "-D -p {dir}/pid", "NOBODY", "", "", ["Cannot create pidfile {dir}/pid: Permission denied; let user 65534 write"], 1 },
        { "stats socket, no directory", "-db", "stats socket {dir}/none/s", "", "",
            ["frontend GLOBAL: protocol unix_stream: cannot bind UNIX socket (No such file or directory) [{dir}/none/s]", "create its directory"], 1 },
        { "stats socket, read-only", "-W", "stats socket {dir}/readonly/s", "", "", ["Read-only file system", "choose a directory that can be written to"], 1 },
        { "stats socket, no inodes", "-db", "stats socket {dir}/inodeless/s", "", "",
            ["cannot bind UNIX socket (No space left on device)", "make room on that file system (df, df -i)"], 1 },
        { "stats socket, forbidden", "NOBODY -db", "stats socket {dir}/s", "", "", ["cannot bind UNIX socket (Permission denied)", "let this user write"], 1 },
        { "chroot, missing", "-db", "chroot {dir}/none", "", "", ["Cannot chroot({dir}/none)", "create the directory, empty and owned by root"], 1 },
        { "chroot, no right", "NOBODY -db", "chroot {dir}/empty", "", "", ["Cannot chroot({dir}/empty)", "start as root, or leave out 'chroot'"], 1 },
        { "user, no right", "NOBODY -db", "uid 1", "", "", ["Cannot set uid 1", "start as root, or leave out 'user' and 'group'"], 1 },
        { "group, no right", "NOBODY -db", "gid 1", "", "", ["Cannot set supplementary groups", "start as root, or leave out 'user' and 'group'"], 1 },
        { "certificate", "-db", "", "ssl crt {dir}/none/c.pem", "", ["unable to stat SSL certificate from file '{dir}/none/c.pem' : No such file or directory",
            "{dir}/none/c.pem is not there, for {dir}/none does not exist: create that first, or correct the path."], 1 },
        { "certificate directory, missing", "-db", "", "ssl crt {dir}/none", "", ["{dir}/none", Makeable], 1 },
        { "certificate directory, empty", "-db", "", "ssl crt {dir}/empty", "", ["Proxy 'f': no SSL certificate specified", "(use 'crt')"], 1 },
        { "certificate, forbidden", "NOBODY -db", "", "ssl crt {dir}/secret", "",
            ["{dir}/secret", "User 65534 may not read {dir}/secret: give it the right to"], 1 },
        { "error file", "-db", "", "", "errorfile 503 {dir}/503", ["errorfile : error opening file '{dir}/503'.", "{dir}/503 does not exist: " + Makeable], 1 },
        { "error file, forbidden", "NOBODY -W", "", "", "errorfile 503 {dir}/secret",
            ["errorfile : error opening file", "User 65534 may not read {dir}/secret"], 1 },
        { "map", "-db", "", "", "http-request set-header x %[src,map({dir}/map)]",
            ["failed to open pattern file <{dir}/map>", "{dir}/map does not exist: " + Makeable], 1 },
        { "patterns", "-db", "", "", "acl a src -f {dir}/acl", ["failed to open pattern file <{dir}/acl>", "{dir}/acl does not exist: " + Makeable], 1 },
        { "low port", "NOBODY -db", "", "", "bind 127.0.0.1:81", ["cannot bind socket (Permission denied) for [127.0.0.1:81]", "cap_net_bind_service"], 1 },
        { "file, forbidden", "NOBODY -db -f {dir}/secret", "", "", "", ["{dir}/secret : Permission denied", "User 65534 may not read {dir}/secret"], 1 },
        { "file, missing", "-W -f {dir}/none/h", "", "", "",
            ["Cannot open configuration file/directory {dir}/none/h : No such file or directory", "create that first"], 1 },
        { "directory of -C", "-db -C {dir}/none", "", "", "", ["Could not change to directory {dir}/none : No such file or directory"], 1 },
        { "descriptors", "LIMIT60 -db", "", "", "", ["Cannot raise FD limit to", "raise it (ulimit -Hn, LimitNOFILE= of the unit)"], 1 },
        { "descriptors of a master", "LIMIT60 -W", "", "", "", ["Cannot raise FD limit to", "LimitNOFILE= of the unit"], 1 },
    };

    [Theory]
    [MemberData(nameof(OfHaproxy))]
    public void Haproxy_says_what_is_wrong_and_what_to_do(string name, string arguments, string global, string bind, string more, string[] says, int status)
    {
        using var machine = new TroubledMachine();
        machine.Write("h.cfg", $"""
            global
                {global.Replace("NOBODY", "", StringComparison.Ordinal)}
            defaults
                mode http
                timeout connect 1s
                timeout client 1s
                timeout server 1s
            frontend f
                bind 127.0.0.1:8000 {bind}
                {more}

            """);
        Check(name, machine, CommandOf(Published.Haproxy, arguments.Contains("-f ", StringComparison.Ordinal) ? arguments : arguments + " -f {dir}/h.cfg",
            global.StartsWith("NOBODY", StringComparison.Ordinal)), says, status);
    }

    public static TheoryData<string, string, string[], int> OfTheOthers => new()
    {
        { "keepalived, pid file, no directory", "KA -p {dir}/none/pid",
            ["cannot write the pid file {dir}/none/pid: No such file", "create its directory", "(-p)"], 4 },
        { "keepalived, pid file, read-only", "KA -p {dir}/readonly/pid", ["Read-only file system; make that file system writable"], 4 },
        { "keepalived, file missing", "KA -f {dir}/none", ["Config files missing '{dir}/none'. Create it, or name another one (-f)."], 6 },
        { "keepalived, file forbidden", "NOBODY KA -f {dir}/secret -p {dir}/empty/p",
            ["Unable to read configuration file {dir}/secret (Permission denied)", "or start as root"], 6 },
        { "keepalived, no rights", "NOBODY KA -p /tmp/evenkeel-none.pid -r /tmp/evenkeel-nonev.pid",
            ["cannot open the sockets of VRRP (Operation not permitted): run it as root, or with CAP_NET_ADMIN and CAP_NET_RAW"], 4 },
        { "evenkeel, pid file", "RUN -p {dir}/none/pid", ["cannot write the pid file {dir}/none/pid: No such file or directory; create its directory"], 1 },
        { "evenkeel, stats socket", "RUN -f {dir}/sock.cfg", ["cannot bind UNIX socket (No such file or directory)", "create its directory"], 1 },
        { "evenkeel, file missing", "RUN -f {dir}/none/h", ["{dir}/none/h : No such file or directory", "create that first"], 1 },
    };

    [Theory]
    [MemberData(nameof(OfTheOthers))]
    public void So_do_keepalived_and_evenkeel(string name, string arguments, string[] says, int status)
    {
        using var machine = new TroubledMachine();
        const string Proxy = "defaults\n mode http\n timeout client 1s\nfrontend f\n bind 127.0.0.1:8000\n";
        machine.Write("h.cfg", Proxy);
        machine.Write("sock.cfg", "global\n stats socket {dir}/none/s\n" + Proxy);
        machine.Write("k.conf", "vrrp_instance A {\n interface d0\n virtual_router_id 7\n virtual_ipaddress {\n 10.9.0.1\n }\n}\n");
        var isAddress = arguments.Contains("KA", StringComparison.Ordinal);
        var usual = isAddress ? "-n -l -f {dir}/k.conf -p {dir}/p -r {dir}/v" : "-f {dir}/h.cfg -s {dir}/status";
        foreach (var option in new[] { "-f ", "-p ", "-r " })
            if (arguments.Contains(option, StringComparison.Ordinal)) usual = string.Join(' ', Without(usual.Split(' '), option.Trim()));
        var words = arguments.Replace("KA", usual, StringComparison.Ordinal).Replace("RUN", "run " + usual, StringComparison.Ordinal);
        Check(name, machine, CommandOf(isAddress ? Published.Keepalived : Published.Evenkeel, words, isNobody: false), says, status);
    }

    private static IEnumerable<string> Without(string[] words, string option) =>
        words.Where((word, at) => word != option && (at == 0 || words[at - 1] != option));

    /// <summary>`NOBODY` in front runs it without rights, `LIMITn` with n descriptors.</summary>
    private static string CommandOf(string program, string arguments, bool isNobody)
    {
        var words = arguments.Split(' ', 2);
        if (words[0] == "NOBODY") (isNobody, arguments) = (true, words[1]);
        var limit = "";
        if (words[0].StartsWith("LIMIT", StringComparison.Ordinal)) (limit, arguments) = ($"ulimit -n {words[0][5..]}; ", words[1]);
        return $"{limit}exec timeout -s KILL 5 {(isNobody ? "{nobody} " : "")}{program} {arguments}";
    }

    private static void Check(string name, TroubledMachine machine, string command, string[] says, int status)
    {
        var (code, output) = machine.Run(command);
        foreach (var words in says)
        {
            var expected = words.Replace("{dir}", machine.Folder, StringComparison.Ordinal);
            Assert.True(output.Contains(expected, StringComparison.Ordinal), $"{name}: '{expected}' is not in\n{output}");
        }
        Assert.True(code == status, $"{name}: status {code} instead of {status}\n{output}");
    }

    /// <summary>Whatever is the first thing there is no descriptor for - which depends on how many the starter left open - the remedy is named.</summary>
    [Theory]
    [InlineData("haproxy -db -f {dir}/h.cfg")]
    [InlineData("haproxy -W -f {dir}/h.cfg")]
    [InlineData("evenkeel run -f {dir}/h.cfg -s {dir}/status")]
    [InlineData("keepalived -n -l -f {dir}/k.conf -p {dir}/p -r {dir}/v")]
    public void With_hardly_any_descriptors_the_limit_to_raise_is_named(string words)
    {
        using var machine = new TroubledMachine();
        machine.Write("h.cfg", "defaults\n mode http\n timeout client 1s\nfrontend f\n bind 127.0.0.1:8000\n");
        machine.Write("k.conf", "vrrp_instance A {\n interface d0\n virtual_router_id 7\n virtual_ipaddress {\n 10.9.0.1\n }\n}\n");
        var program = Path.Combine(Path.GetDirectoryName(Published.Evenkeel)!, words);
        // Below four not even the libraries of a program can be opened.
        for (var limit = 4; limit <= 9; limit++)
        {
            var (code, output) = machine.Run($"ulimit -n {limit}; exec timeout -s KILL 5 {program}");
            var isNamed = output.Contains("LimitNOFILE= of the unit", StringComparison.Ordinal);
            Assert.True(code is 1 or 6 && isNamed, $"{words} at {limit}: status {code}\n{output}");
        }
    }

    [Theory]
    [InlineData("-D")]
    [InlineData("-W -D")]
    [InlineData("-Ws")]
    public void A_pid_file_on_a_full_disk_does_not_keep_haproxy_from_serving(string mode)
    {
        using var machine = new TroubledMachine();
        machine.Write("h.cfg", "defaults\n mode http\n timeout client 1s\nfrontend f\n bind 127.0.0.1:8000\n"
            + " http-request return status 200 content-type text/plain string up\n");
        machine.Write("script", $"""
            {Published.Haproxy} {mode} -f {machine.Folder}/h.cfg -p {machine.Folder}/full/pid 2>{machine.Folder}/log &
            for i in $(seq 100); do grep -q pidfile {machine.Folder}/log && break; sleep 0.1; done
            curl -s http://127.0.0.1:8000
            ls {machine.Folder}/full
            cat {machine.Folder}/log

            """);
        // Everything ends with the process namespace.
        var (_, output) = machine.Run("exec unshare --pid --fork --kill-child --mount-proc sh {dir}/script");
        Assert.StartsWith("upfill\n", output, StringComparison.Ordinal);
        Assert.Contains($"Running without pidfile {machine.Folder}/full/pid: No space left on device; make room on that file system (df, df -i), or choose",
            output, StringComparison.Ordinal);
    }

    /// <summary>What only people look at keeps nobody from serving.</summary>
    [Theory]
    [InlineData("evenkeel run -f {dir}/h.cfg -s {dir}/readonly/sub/s", "no status socket at ", "make that file system writable", ": running")]
    [InlineData("evenkeel run -f {dir}/h.cfg -s {dir}/inodeless/s", "no status socket at ", "No space left on device", ": running")]
    [InlineData("evenkeel run -f {dir}/h.cfg -s {dir}/s -p {dir}/full/pid", "cannot write the pid file ", "make room on that file system", ": running")]
    [InlineData("keepalived -n -l -f {dir}/k.conf -p {dir}/full/p -r {dir}/v", "cannot write the pid file ", "make room on that", "MASTER STATE")]
    [InlineData("keepalived -n -l -f {dir}/k.conf -p {dir}/p -r {dir}/readonly/v", "cannot write the pid file ", "make that file", "MASTER STATE")]
    public void A_file_for_people_that_finds_no_place_is_named_and_the_program_serves(string words, string says, string remedy, string serves)
    {
        using var machine = new TroubledMachine();
        machine.Write("h.cfg", "defaults\n mode http\n timeout client 1s\nfrontend f\n bind 127.0.0.1:8000\n");
        machine.Write("k.conf", "vrrp_instance A {\n interface d0\n version 3\n virtual_router_id 7\n advert_int 0.1\n"
            + " virtual_ipaddress {\n 10.9.0.77\n }\n}\n");
        using var program = machine.Start(Path.Combine(Path.GetDirectoryName(Published.Evenkeel)!, words), hasOwnNetwork: true);
        program.WaitUntil(() => program.Output.Contains(serves, StringComparison.Ordinal), "it serves");
        Assert.Contains(says, program.Output, StringComparison.Ordinal);
        Assert.Contains(remedy, program.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Logs_that_find_no_room_are_lost_and_nothing_else()
    {
        using var machine = new TroubledMachine();
        machine.Write("h.cfg", """
            global
                log stdout format raw local0
                stats socket {dir}/s
            defaults
                log global
                mode http
                timeout client 1s
            frontend f
                bind 127.0.0.1:8000
                option httplog
                http-request return status 200 content-type text/plain string up

            """);
        machine.Write("script", $$"""
            {{Published.Haproxy}} -db -f {{machine.Folder}}/h.cfg >>{{machine.Folder}}/full/log &
            for i in $(seq 100); do curl -so /dev/null http://127.0.0.1:8000 && break; sleep 0.1; done
            for i in 1 2 3 4 5 6 7 8; do curl -s http://127.0.0.1:8000; done
            echo show info | socat - {{machine.Folder}}/s | grep DroppedLogs
            stat -c %s {{machine.Folder}}/full/log

            """);
        var (_, output) = machine.Run("exec unshare --pid --fork --kill-child --mount-proc sh {dir}/script");
        Assert.Matches("upupupupupupupupDroppedLogs: [89]\n0\n", output);
    }

    [Fact]
    public void A_busy_port_is_named_with_the_remedy_by_every_kind_of_start()
    {
        using var taken = new TakenPort();
        using var machine = new TroubledMachine();
        machine.Write("name.cfg", "defaults\n mode http\n timeout client 1s\nfrontend f\n bind abns@{dir}\n");
        using var named = machine.Start($"{Published.Haproxy} -db -f {{dir}}/name.cfg");
        named.WaitUntil(() => File.ReadAllText("/proc/net/unix").Contains('@' + machine.Folder, StringComparison.Ordinal), "the name is taken");
        Assert.Contains($"protocol abns_stream: cannot bind UNIX socket (Address already in use) [abns@{machine.Folder}]; see who listens there (ss -lxp)",
            RunningProgram.Run(Published.Haproxy, "-db", "-f", machine.PathOf("name.cfg")).Output, StringComparison.Ordinal);
        machine.Write("h.cfg", $"defaults\n mode http\n timeout client 1s\nfrontend f\n bind 127.0.0.1:{taken.Number}\n");
        var haproxy = Published.Haproxy;
        foreach (var command in new[] { $"{haproxy} -db", $"{haproxy} -D", $"{haproxy} -Ws", $"{Published.Evenkeel} run -s {{dir}}/s" })
        {
            var words = (command + " -f {dir}/h.cfg").Replace("{dir}", machine.Folder, StringComparison.Ordinal).Split(' ');
            var (status, output) = RunningProgram.Run(words[0], words[1..]);
            Assert.Equal(1, status);
            Assert.Contains($"cannot bind socket (Address already in use) for [127.0.0.1:{taken.Number}]; see who listens there (ss -ltnp)", output,
                StringComparison.Ordinal);
        }
    }
}
