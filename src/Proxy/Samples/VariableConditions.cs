using Evenkeel.Model.Samples;

namespace Evenkeel.Proxy.Samples;

/// <summary>When `set-var(name,CONDITION...)` sets (configuration.txt 7.3.1 "set-var"). All of them must hold.</summary>
[Flags]
public enum VariableConditions
{
    None = 0,
    /// <summary>The variable was set before in its scope, even if unset since.</summary>
    IfExists = 1,
    IfNotExists = 2,
    /// <summary>The new value is an empty text.</summary>
    IfEmpty = 4,
    IfNotEmpty = 8,
    /// <summary>The variable has a value now.</summary>
    IfSet = 16,
    IfNotSet = 32,
    /// <summary>The variable's integer is greater than the new one.</summary>
    IfGreater = 64,
    IfLess = 128,
}

/// <summary>The words of <see cref="VariableConditions"/>, and whether they hold.</summary>
internal static class VariableConditionRules
{
    public static VariableConditions Parse(ReadOnlySpan<string> words)
    {
        var conditions = VariableConditions.None;
        foreach (var word in words) conditions |= Find(word);
        return conditions;
    }

    public static bool Hold(VariableConditions conditions, VariableStore store, int index, in Sample value)
    {
        if (conditions == VariableConditions.None) return true;
        var isEmpty = value.Type is SampleType.String or SampleType.Binary or SampleType.Method && value.Bytes.IsEmpty;
        var isSet = store.IsSet(index);
        if (Fails(conditions, VariableConditions.IfExists, VariableConditions.IfNotExists, store.IsKnown(index))) return false;
        if (Fails(conditions, VariableConditions.IfEmpty, VariableConditions.IfNotEmpty, isEmpty)) return false;
        if (Fails(conditions, VariableConditions.IfSet, VariableConditions.IfNotSet, isSet)) return false;
        var old = default(Sample);
        if (value.Type != SampleType.Integer || !store.TryGet(index, ref old) || old.Type != SampleType.Integer) return true;
        if ((conditions & VariableConditions.IfGreater) != 0 && old.Integer <= value.Integer) return false;
        return (conditions & VariableConditions.IfLess) == 0 || old.Integer < value.Integer;
    }

    private static bool Fails(VariableConditions conditions, VariableConditions wanted, VariableConditions unwanted, bool holds) =>
        ((conditions & wanted) != 0 && !holds) || ((conditions & unwanted) != 0 && holds);

    private static VariableConditions Find(string word) => word switch
    {
        "ifexists" => VariableConditions.IfExists,
        "ifnotexists" => VariableConditions.IfNotExists,
        "ifempty" => VariableConditions.IfEmpty,
        "ifnotempty" => VariableConditions.IfNotEmpty,
        "ifset" => VariableConditions.IfSet,
        "ifnotset" => VariableConditions.IfNotSet,
        "ifgt" => VariableConditions.IfGreater,
        "iflt" => VariableConditions.IfLess,
        _ => VariableConditions.None,
    };
}
