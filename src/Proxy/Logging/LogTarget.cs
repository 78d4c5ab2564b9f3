using Evenkeel.Model.Proxy;

namespace Evenkeel.Proxy.Logging;

/// <summary>One `log` line at work: which levels pass, how a line looks, where it goes.</summary>
public sealed class LogTarget
{
    private readonly LogTargetModel _model;
    private readonly LogSampler? _sampler;

    /// <param name="tag">The proxy's `log-tag`; null uses the process's. A profile may have another.</param>
    public LogTarget(LogTargetModel model, ILogSink sink, LogIdentity identity, byte[]? tag = null, LogProfile? profile = null)
    {
        _model = model;
        _sampler = model.Sample is { } sample ? new LogSampler(sample) : null;
        Sink = sink;
        Tag = profile?.Tag ?? tag ?? identity.Tag;
        Profile = profile;
        // A ring that was declared has a format and a length of its own, and they hold.
        var ring = sink is LogRing { Model.IsImplicit: false } declared ? declared.Model : null;
        MaxLength = ring is null ? model.MaxLength : Math.Min(model.MaxLength, ring.MaxLength);
        var format = ring is { Format: not LogLineFormat.Unspecified } ? ring.Format : model.Format;
        DeclaredFormat = format;
        if (format == LogLineFormat.Unspecified) format = identity.SendsHostName ? LogLineFormat.Rfc3164 : LogLineFormat.Local;
        Format = format;
    }

    internal ILogSink Sink { get; }

    internal LogLineFormat Format { get; }

    /// <summary>As written; Unspecified keeps the format of a message that is forwarded.</summary>
    internal LogLineFormat DeclaredFormat { get; }

    internal byte[] Tag { get; }

    internal LogProfile? Profile { get; }

    /// <summary>Counts one more line: whether it is among those that `sample` sends.</summary>
    internal bool TakesNext() => _sampler?.TakesNext() ?? true;

    internal int Facility => _model.Facility;

    /// <summary>`len`: longest line, header and final line feed included, bytes.</summary>
    internal int MaxLength { get; }

    internal bool Passes(LogLevel level) => (int)level <= _model.Level;

    /// <summary>The level a line is sent with: never more urgent than the `min level`.</summary>
    internal LogLevel Capped(LogLevel level) => (LogLevel)Math.Max((int)level, _model.MinimumLevel);
}

/// <summary>The `log` lines of one proxy.</summary>
public sealed class LogTargets
{
    public static readonly LogTargets None = new([]);

    public LogTargets(LogTarget[] targets) => Targets = targets;

    internal LogTarget[] Targets { get; }

    public bool IsEmpty => Targets.Length == 0;

    /// <summary>The longest line any of them takes, bytes: what a message may be cut to while it is made.</summary>
    public int MaxLength
    {
        get
        {
            var longest = 0;
            foreach (var target in Targets) longest = Math.Max(longest, target.MaxLength);
            return longest;
        }
    }

    /// <summary>At least one target wants lines of this level.</summary>
    public bool Wants(LogLevel level)
    {
        foreach (var target in Targets)
            if (target.Passes(level)) return true;
        return false;
    }
}
