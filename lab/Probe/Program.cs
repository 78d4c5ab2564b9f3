using Evenkeel.Lab.Probe;

return args switch
{
    ["serve", var name, .. var addresses] when addresses.Length > 0 => await EchoServer.RunAsync(name, addresses),
    ["http", var url, .. var options] => await HttpProbe.RunAsync(url, ProbeOptions.Parse(options)),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("""
        usage: evenkeel-probe serve NAME ADDRESS:PORT...
                   answers every request with 200 and its own NAME
               evenkeel-probe http http://ADDRESS:PORT/PATH [--rate N] [--seconds S] [--timeout-ms T] [--expect REGEX] [--report FILE] [--live]
                   asks N times a second, each time on a new connection, and says what it saw: requests, failures, wrong answers, longest gap
        """);
    return 2;
}
