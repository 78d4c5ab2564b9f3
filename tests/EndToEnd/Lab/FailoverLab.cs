using System.Diagnostics;
using System.Text.Json;
using Evenkeel.Tests.EndToEnd.Harness;

namespace Evenkeel.Tests.EndToEnd.Lab;

/// <summary>lab/lab.sh with namespaces and a folder of the tests' own.</summary>
internal sealed class FailoverLab : IDisposable
{
    private readonly string _work = Directory.CreateTempSubdirectory("evenkeel-lab.").FullName;
    private readonly string _kindA, _kindB;

    public FailoverLab(string kindA, string kindB)
    {
        (_kindA, _kindB) = (kindA, kindB);
        Call("down");
        Call("up");
    }

    /// <summary>Both nodes on; returns when node a holds the address, alone, and answers through it.</summary>
    public void StartAndSettle()
    {
        Call("start", "a");
        WaitForHolder("node-a", 15_000);
        Call("start", "b");
        Thread.Sleep(2_000);
        Assert.Equal("node-a", Holder());
        var seen = Probe(1);
        Assert.True(seen.GetProperty("failed").GetInt32() == 0, $"{seen.GetRawText()}\n{Logs()}");
    }

    public void Fail(string what) => Call("fail", what);

    public void Heal() => Call("heal");

    public string Holder() => Call("holder").Trim().Replace("\n", " and ");

    public void WaitForHolder(string node, int limitMs)
    {
        var clock = Stopwatch.StartNew();
        while (Holder() != node)
        {
            Assert.True(clock.ElapsedMilliseconds < limitMs, $"{node} should hold the address, not '{Holder()}'\n{Logs()}");
            Thread.Sleep(50);
        }
    }

    public JsonElement Probe(int seconds) => Parse(Call("probe", "--seconds", seconds.ToString()));

    /// <summary>Asks for some seconds and does something after the first of them.</summary>
    public JsonElement ProbeWhile(int seconds, Action action)
    {
        var asked = Task.Run(() => Probe(seconds));
        Thread.Sleep(1_000);
        action();
        return asked.GetAwaiter().GetResult();
    }

    public string Logs()
    {
        var parts = new List<string>();
        foreach (var file in Directory.GetFiles(_work, "*.log", SearchOption.AllDirectories).Order())
        {
            var lines = File.ReadAllLines(file);
            if (lines.Length > 0) parts.Add($"--- {Path.GetRelativePath(_work, file)}\n{string.Join('\n', lines.TakeLast(25))}");
        }
        return string.Join('\n', parts);
    }

    public void Dispose()
    {
        Call("down");
        Directory.Delete(_work, recursive: true);
    }

    private static JsonElement Parse(string json) => JsonDocument.Parse(json).RootElement;

    private string Call(params string[] arguments)
    {
        var start = new ProcessStartInfo(Path.Combine(Published.Root, "lab", "lab.sh"), arguments) { RedirectStandardOutput = true };
        start.Environment["LAB_WORK"] = _work;
        start.Environment["LAB_PREFIX"] = "ekt";
        start.Environment["KIND_A"] = _kindA;
        start.Environment["KIND_B"] = _kindB;
        // The original resolves the link behind pidof and then looks for another name: its node needs a script that is a program of its own.
        if (_kindA == "debian") start.Environment["CONF_A"] = Published.Example("pair/keepalived-a-original.conf");
        if (_kindB == "debian") start.Environment["CONF_B"] = Published.Example("pair/keepalived-b-original.conf");
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return output;
    }
}
