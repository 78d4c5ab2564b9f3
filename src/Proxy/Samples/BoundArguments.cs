using System.Collections.Immutable;
using System.Text;
using Evenkeel.Model.Samples;

namespace Evenkeel.Proxy.Samples;

/// <summary>The arguments of one fetch or converter as its function wants them: bytes, numbers, places of variables, living objects.</summary>
public sealed class BoundArguments
{
    private readonly byte[][] _bytes;
    private readonly long[] _numbers;
    private readonly VariableId[] _variables;

    internal BoundArguments(ImmutableArray<SampleArgument> arguments, object? state, Binder binder)
    {
        State = state;
        _bytes = new byte[arguments.Length][];
        _numbers = new long[arguments.Length];
        _variables = new VariableId[arguments.Length];
        for (var i = 0; i < arguments.Length; i++)
        {
            _bytes[i] = Encoding.Latin1.GetBytes(arguments[i].Text);
            _numbers[i] = arguments[i].Number;
            if (arguments[i].Kind == ArgumentKind.Variable && !arguments[i].IsEmpty) _variables[i] = binder.Variables.Find(arguments[i].Text);
        }
    }

    public static BoundArguments None { get; } = new([], null, Binder.Empty);

    /// <summary>What the row's <see cref="PrepareArguments"/> made.</summary>
    public object? State { get; }

    public int Count => _bytes.Length;

    public bool Has(int index) => index < _bytes.Length && _bytes[index].Length > 0;

    /// <summary>Empty when the argument is not there.</summary>
    public ReadOnlySpan<byte> Bytes(int index) => index < _bytes.Length ? _bytes[index] : default;

    public long Number(int index, long otherwise = 0) => Has(index) ? _numbers[index] : otherwise;

    /// <summary><see cref="VariableId.None"/> when the argument is no variable.</summary>
    public VariableId Variable(int index) => index < _variables.Length ? _variables[index] : default;

    /// <summary>The value of an argument that is a number or names a variable.</summary>
    public bool TryInteger(int index, SampleContext context, out long value)
    {
        value = Number(index);
        if (Variable(index).IsNone) return Has(index);
        var sample = default(Sample);
        if (!context.TryGetVariable(Variable(index), ref sample) || !SampleCast.TryCast(ref sample, SampleType.Integer, context.Scratch)) return false;
        value = sample.Integer;
        return true;
    }
}
