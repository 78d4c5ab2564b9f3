using Evenkeel.Proxy.Servers;

namespace Evenkeel.Control.Stats;

/// <summary>`clear counters`: forgets maxima, and with `all` what was counted so far. Workers go on counting undisturbed.</summary>
public static class CounterReset
{
    public static void Clear(Frontend frontend, bool all)
    {
        frontend.Connections.ClearPeak();
        frontend.ConnectionRate.ClearPeak();
        frontend.SessionRate.ClearPeak();
        frontend.RequestRate.ClearPeak();
        Clear(frontend.Traffic, all);
    }

    public static void Clear(Bind bind, bool all)
    {
        bind.Connections.ClearPeak();
        Clear(bind.Traffic, all);
    }

    public static void Clear(Backend backend, bool all)
    {
        backend.Connections.ClearPeak();
        backend.Queue.Length.ClearPeak();
        backend.SessionRate.ClearPeak();
        Clear(backend.Traffic, all);
    }

    public static void Clear(Server server, bool all)
    {
        server.Slots.ClearPeak();
        server.Queue.Length.ClearPeak();
        server.SessionRate.ClearPeak();
        Clear(server.Traffic, all);
    }

    public static void Clear(ProcessStatistics process)
    {
        process.Connections.ClearPeak();
        process.ConnectionRate.ClearPeak();
        process.SessionRate.ClearPeak();
        process.TlsRate.ClearPeak();
    }

    private static void Clear(Traffic traffic, bool all)
    {
        traffic.ClearMaxima();
        if (all) traffic.Clear();
    }
}
