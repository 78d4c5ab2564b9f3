using Evenkeel.Model.Samples;

namespace Evenkeel.Proxy.Samples.Converters;

/// <summary>Arithmetic and bits on signed 64-bit integers, saturating where they would overflow (configuration.txt 7.3.1).</summary>
internal static class ArithmeticConverters
{
    public static readonly ConverterRow[] Rows =
    [
        Binary("add", (left, right) => Saturate((Int128)left + right)),
        Binary("sub", (left, right) => Saturate((Int128)left - right)),
        Binary("mul", (left, right) => Saturate((Int128)left * right)),
        Binary("div", Divide),
        Binary("mod", (left, right) => right is 0 or -1 ? 0 : left % right),
        Binary("and", (left, right) => left & right),
        Binary("or", (left, right) => left | right),
        Binary("xor", (left, right) => left ^ right),
        Unary("neg", value => value == long.MinValue ? long.MaxValue : -value),
        Unary("cpl", value => ~value),
        Test("not", value => value == 0),
        Test("bool", value => value != 0),
        Test("even", value => (value & 1) == 0),
        Test("odd", value => (value & 1) != 0),
        new(new ConverterSignature("htonl", SampleType.Integer, SampleType.Binary, []), ToNetworkOrder),
    ];

    /// <summary>Division by zero gives the largest number, as the original's does.</summary>
    private static long Divide(long left, long right)
    {
        if (right == 0) return long.MaxValue;
        return left == long.MinValue && right == -1 ? long.MaxValue : left / right;
    }

    private static long Saturate(Int128 value) => (long)Int128.Clamp(value, long.MinValue, long.MaxValue);

    private static ConverterRow Binary(string name, Func<long, long, long> compute) =>
        new(new ConverterSignature(name, SampleType.Integer, SampleType.Integer, [Takes.IntegerOrVariable]), (context, arguments, ref sample) =>
        {
            if (!arguments.TryInteger(0, context, out var operand)) return false;
            sample.SetInteger(compute(sample.Integer, operand));
            return true;
        });

    private static ConverterRow Unary(string name, Func<long, long> compute) =>
        new(new ConverterSignature(name, SampleType.Integer, SampleType.Integer, []), (_, _, ref sample) =>
        {
            sample.SetInteger(compute(sample.Integer));
            return true;
        });

    private static ConverterRow Test(string name, Predicate<long> holds) =>
        new(new ConverterSignature(name, SampleType.Integer, SampleType.Boolean, []), (_, _, ref sample) =>
        {
            sample.SetBoolean(holds(sample.Integer));
            return true;
        });

    private static bool ToNetworkOrder(SampleContext context, BoundArguments arguments, ref Sample sample)
    {
        var free = context.Scratch.Free;
        if (free.Length < sizeof(uint)) return false;
        System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(free, (uint)sample.Integer);
        sample.SetBinary(context.Scratch.Keep(sizeof(uint)));
        return true;
    }
}
