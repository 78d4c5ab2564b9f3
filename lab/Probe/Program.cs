using System.Globalization;
using Evenkeel.Lab.Probe;
using Evenkeel.Lab.Probe.Datagrams;
using Evenkeel.Lab.Probe.Outage;

try
{
    return args switch
    {
        ["serve", var name, .. var addresses] when addresses.Length > 0 => await EchoServer.RunAsync(name, addresses),
        ["http", var url, .. var options] => await HttpProbe.RunAsync(url, ProbeOptions.Parse(options)),
        ["datagrams", { Length: 1 } letter, .. var addresses] when addresses.Length > 0 => DatagramServer.Run(letter[0], addresses),
        ["ask", var address, var seconds] => DatagramProbe.Run(address, double.Parse(seconds, CultureInfo.InvariantCulture)),
        ["forge", var kind, var source, var router, var address, var count] =>
            AdvertisementForger.Run(kind, source, byte.Parse(router, CultureInfo.InvariantCulture), address, int.Parse(count, CultureInfo.InvariantCulture)),
        ["table", .. var options] => OutageTable.Run(options),
        _ => Usage(),
    };
}
catch (Exception wrong) when (wrong is ArgumentException or FormatException or OverflowException)
{
    Console.Error.WriteLine($"evenkeel-probe: {wrong.Message}");
    return 2;
}

static int Usage()
{
    Console.Error.WriteLine("""
        usage: evenkeel-probe serve NAME ADDRESS:PORT...
                   answers every request with 200 and its own NAME
               evenkeel-probe http http://ADDRESS:PORT/PATH [--rate N] [--seconds S] [--timeout-ms T] [--expect REGEX] [--report FILE] [--live]
                   asks N times a second, each time on a new connection, and says what it saw: requests, failures, wrong answers, longest gap
               evenkeel-probe datagrams LETTER ADDRESS...
                   sends every datagram back with its LETTER, from the address asked, which may come and go
               evenkeel-probe ask ADDRESS SECONDS
                   sends a datagram a millisecond, and says which gaps there were and who answered
               evenkeel-probe forge ttl|checksum|version|router|zero|highest SOURCE ROUTER ADDRESS COUNT
                   sends forged VRRP advertisements
               evenkeel-probe table [--runs 10] [--jobs 1] [--rows stop,power,...] [--pairs own,standby,master,original] [--program FILE] [--original FILE]
                   what clients lose when nodes of a pair fail, against Keepalived in either role; needs root
        """);
    return 2;
}
