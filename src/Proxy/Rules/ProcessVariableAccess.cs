using System.Net;
using System.Text;
using Evenkeel.Model.Process;
using Evenkeel.Model.Samples;
using Evenkeel.Proxy.Samples;
using Evenkeel.Proxy.Servers;

namespace Evenkeel.Proxy.Rules;

/// <summary>The `proc` variables apart from any stream: for `set-var` of the global section and the commands `set var` and `get var`. Any thread.</summary>
public sealed class ProcessVariableAccess
{
    private readonly Binder _samples;
    private readonly SampleContext _context;
    private readonly Lock _lock = new();

    internal ProcessVariableAccess(Binder samples, ProcessVariables variables, ProxySet proxies)
    {
        _samples = samples;
        _context = new SampleContext { ProcessVariables = variables, Proxies = proxies };
    }

    /// <summary>Sets a variable; one whose expression has no value now stays as it is.</summary>
    /// <returns>False when the value does not fit.</returns>
    public bool Set(ProcessVariableModel model, long nowMs)
    {
        lock (_lock)
        {
            _context.Begin(nowMs);
            var sample = default(Sample);
            if (model.Format is { } format) sample.SetString(_samples.Bind(format).Evaluate(_context));
            else if (!_samples.Bind(model.Expression!).TryEvaluate(_context, ref sample)) return true;
            return _context.TrySetVariable(_samples.Variables.Find(model.Name), default, sample);
        }
    }

    /// <summary>`proc.x: type=sint value=&lt;3&gt;`, or null when it is not set.</summary>
    public string? Describe(string name, long nowMs)
    {
        lock (_lock)
        {
            if (!_samples.Variables.Snapshot().Any(each => each.Key == name)) return null;
            _context.Begin(nowMs);
            var sample = default(Sample);
            return _context.TryGetVariable(_samples.Variables.Find(name), ref sample) ? $"{name}: type={NameOf(sample.Type)} value=<{Text(sample)}>" : null;
        }
    }

    private static string NameOf(SampleType type) => type switch
    {
        SampleType.Boolean => "bool",
        SampleType.Integer => "sint",
        SampleType.IPv4 => "ipv4",
        SampleType.IPv6 => "ipv6",
        SampleType.Address => "addr",
        SampleType.Binary => "bin",
        SampleType.Method => "meth",
        SampleType.String => "str",
        _ => "any",
    };

    private static string Text(in Sample sample)
    {
        switch (sample.Type)
        {
            case SampleType.Boolean or SampleType.Integer:
                return sample.Integer.ToString(System.Globalization.CultureInfo.InvariantCulture);
            case SampleType.IPv4:
                var four = (uint)sample.Address;
                return new IPAddress([(byte)(four >> 24), (byte)(four >> 16), (byte)(four >> 8), (byte)four]).ToString();
            case SampleType.IPv6:
                var six = new byte[16];
                System.Buffers.Binary.BinaryPrimitives.WriteUInt128BigEndian(six, sample.Address);
                return new IPAddress(six).ToString();
            default:
                var text = new StringBuilder(sample.Bytes.Length);
                foreach (var value in sample.Bytes) text.Append(value is >= 0x20 and < 0x7F ? (char)value : '.');
                return text.ToString();
        }
    }
}
