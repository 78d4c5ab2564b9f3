using Evenkeel.Model.Rules;
using Evenkeel.Model.Samples;

namespace Evenkeel.Model.Process;

/// <summary>A variable of the process that has a value from the start: `set-var proc.NAME EXPRESSION` or `set-var-fmt proc.NAME FORMAT`.</summary>
/// <param name="Name">With its scope.</param>
public sealed record ProcessVariableModel(string Name, SampleExpressionModel? Expression, LogFormatModel? Format);
