using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Evenkeel.Config.Haproxy.Values;
using Evenkeel.Model.Samples;

namespace Evenkeel.Config.Haproxy.Expressions;

/// <summary>What is wrong with one argument; <see cref="Index"/> is 1-based, 0 when the list as a whole is meant.</summary>
internal sealed record ArgumentComplaint(int Index, string Text);

/// <summary>Reads the arguments of a fetch or converter and checks each against the kind its signature asks for.</summary>
internal static class ArgumentReader
{
    /// <param name="text">The expression; at <paramref name="offset"/> stands `(` or what follows a name without arguments.</param>
    /// <param name="where">The keyword as messages about unresolved names say it.</param>
    public static ArgumentComplaint? Read(string text, ref int offset, ImmutableArray<ArgumentSpec> specs, ParseScope scope, string where,
        out ImmutableArray<SampleArgument> arguments, MapSignature? map = null)
    {
        arguments = [];
        List<string> words = [];
        if (offset < text.Length && text[offset] == '(')
        {
            offset++;
            words = ArgumentList.Read(text, ref offset, specs.Length, out var error);
            if (error is not null) return new ArgumentComplaint(Math.Max(1, specs.Length), error);
        }
        // Empty parentheses are no argument at all, unless an empty text is a value of its own.
        if (map is { KeyOnly: true } && words.Count > 1) return new ArgumentComplaint(2,
            $"expected ')' before ',{text[(text.LastIndexOf(',', offset - 1) + 1)..]}'");
        if (words.Count == 1 && words[0].Length == 0 && (specs[0].Optional || specs[0].Kind == ArgumentKind.ProtobufField)) words.Clear();
        var missing = Missing(words, specs);
        if (missing is not null) return missing;
        var read = ImmutableArray.CreateBuilder<SampleArgument>(specs.Length);
        for (var i = 0; i < words.Count; i++)
        {
            if (words[i].Length == 0 && specs[i].Optional)
            {
                read.Add(new SampleArgument(specs[i].Kind, ""));
                continue;
            }
            var complaint = ReadOne(words[i], specs[i].Kind, i + 1, scope, where, map, out var argument);
            if (complaint is not null) return complaint;
            read.Add(argument);
        }
        if (map is not null && words.Count > 1 && DefaultError(words[1], map) is { } wrongDefault) return wrongDefault;
        AddImplied(read, specs, scope, where);
        arguments = read.ToImmutable();
        return null;
    }

    private static ArgumentComplaint? Missing(List<string> words, ImmutableArray<ArgumentSpec> specs)
    {
        if (words.Count >= specs.Length || specs[words.Count].Optional || IsImplied(specs[words.Count].Kind)) return null;
        var wanted = 0;
        while (wanted < specs.Length && !specs[wanted].Optional) wanted++;
        var kind = NameOf(specs[words.Count].Kind);
        // A list that is absent is told apart from one that is too short; a lone text may be left out altogether.
        if (words.Count == 0 && specs[0].Kind is ArgumentKind.String && wanted == 1) return null;
        return words.Count == 0
            ? new ArgumentComplaint(1, $"expected type '{kind}' at position 1, but got nothing")
            : new ArgumentComplaint(words.Count + 1, $"missing arguments (got {words.Count}/{wanted}), type '{kind}' expected");
    }

    /// <summary>`nbsrv` alone means the section it stands in; the name is checked later like a written one.</summary>
    private static void AddImplied(ImmutableArray<SampleArgument>.Builder read, ImmutableArray<ArgumentSpec> specs, ParseScope scope, string where)
    {
        if (read.Count >= specs.Length || !IsImplied(specs[read.Count].Kind)) return;
        var kind = specs[read.Count].Kind;
        scope.References.Add(new PendingReference(kind, "", $"arg {read.Count + 1} of {where}{Statement(where, scope)}", scope.ProxyName, scope.Position));
        read.Add(new SampleArgument(kind, scope.ProxyName));
    }

    private static bool IsImplied(ArgumentKind kind) => kind is ArgumentKind.Backend or ArgumentKind.Frontend or ArgumentKind.Table or ArgumentKind.UserList;

    private static ArgumentComplaint? ReadOne(string word, ArgumentKind kind, int index, ParseScope scope, string where, MapSignature? map,
        out SampleArgument argument)
    {
        argument = new SampleArgument(kind, word);
        switch (kind)
        {
            case ArgumentKind.Integer or ArgumentKind.TimeMs or ArgumentKind.Size:
                if (!TryNumber(word, kind, out var number)) return Unreadable(word, kind, index);
                argument = argument with { Number = number };
                return null;
            case ArgumentKind.IPv4 or ArgumentKind.IPv6 or ArgumentKind.IPv4Mask or ArgumentKind.IPv6Mask:
                return IsAddress(word, kind) ? null : Unreadable(word, kind, index);
            case ArgumentKind.Variable:
                return VariableName.Check(word) is { } wrong ? new ArgumentComplaint(0, wrong) : null;
            case ArgumentKind.IntegerOrVariable:
                return ReadIntegerOrVariable(word, out argument);
            case ArgumentKind.Regex:
                if (scope.World.RegexError(word, ignoreCase: false) is { } regexError)
                    scope.Alert($"error in regex '{word}' in arg {index} of {where} in proxy '{scope.ProxyName}' : regex '{word}' is invalid ({regexError}).");
                return null;
            case ArgumentKind.Backend or ArgumentKind.Frontend or ArgumentKind.Server or ArgumentKind.Table or ArgumentKind.UserList:
                scope.References.Add(new PendingReference(kind, word, $"arg {index} of {where}{Statement(where, scope)}", scope.ProxyName, scope.Position));
                return null;
            case ArgumentKind.Map:
                return ReadMap(word, map!, scope, out argument);
            case ArgumentKind.Acl:
                if (scope.Acls.Find(word.TrimStart('!'), scope) is not { } acl) return new ArgumentComplaint(0, $"ACL '{word.TrimStart('!')}' not found");
                argument = argument with { Acl = acl };
                return null;
            case ArgumentKind.AclIfKnown:
                argument = argument with { Acl = scope.Acls.Find(word, scope) };
                return null;
            case ArgumentKind.StringOrVariable or ArgumentKind.FileOrVariable:
                argument = ReadTextOrVariable(word, kind, scope);
                return null;
            case ArgumentKind.ProtobufField:
                return IsFieldPath(word) ? null : Unreadable(word, kind, index);
            default:
                return null;
        }
    }

    private static SampleArgument ReadTextOrVariable(string word, ArgumentKind kind, ParseScope scope)
    {
        if (VariableName.Check(word) is null) return new SampleArgument(ArgumentKind.Variable, word);
        var text = kind == ArgumentKind.FileOrVariable && word.Length > 0 && scope.World.FileExists(word) ? scope.World.ReadFile(word, out _) : null;
        return new SampleArgument(ArgumentKind.String, word) { FileText = text is null ? null : System.Text.Encoding.Latin1.GetString(text) };
    }

    /// <summary>Numbers with dots between them.</summary>
    private static bool IsFieldPath(string word) =>
        word.Length > 0 && char.IsAsciiDigit(word[0]) && char.IsAsciiDigit(word[^1]) && word.All(c => char.IsAsciiDigit(c) || c == '.');

    private static ArgumentComplaint? ReadIntegerOrVariable(string word, out SampleArgument argument)
    {
        argument = new SampleArgument(ArgumentKind.Integer, word);
        if (TryNumber(word, ArgumentKind.Integer, out var number))
        {
            argument = argument with { Number = number };
            return null;
        }
        argument = new SampleArgument(ArgumentKind.Variable, word);
        return VariableName.Check(word) is null ? null : new ArgumentComplaint(0, "expects an integer or a variable name");
    }

    private static ArgumentComplaint? ReadMap(string path, MapSignature map, ParseScope scope, out SampleArgument argument)
    {
        argument = new SampleArgument(ArgumentKind.Map, path);
        if (scope.Files.Load(path, scope.World, out var error) is not { } file) return new ArgumentComplaint(0, error);
        if (ValueError(file, map) is { } wrong) return new ArgumentComplaint(0, wrong);
        if (!scope.Files.Check(file, keysOnly: true, map.Match, ignoreCase: false, scope.World, out error)) return new ArgumentComplaint(0, error);
        argument = argument with { Map = file };
        return null;
    }

    /// <summary>A default has the type of the values.</summary>
    private static ArgumentComplaint? DefaultError(string word, MapSignature map) => map.Value switch
    {
        SampleType.Integer when !TryNumber(word, ArgumentKind.Integer, out _) => Unreadable(word, ArgumentKind.Integer, 2),
        SampleType.Address when !IsAnyAddress(word) => new ArgumentComplaint(0, $"map: cannot parse default ip <{word}>."),
        _ => null,
    };

    private static bool IsAnyAddress(string word) => IsAddress(word, ArgumentKind.IPv4) || IsAddress(word, ArgumentKind.IPv6);

    /// <summary>Values that are to become numbers or addresses are read as such at once.</summary>
    private static string? ValueError(PatternFileModel file, MapSignature map)
    {
        if (map.KeyOnly || map.Value is not (SampleType.Integer or SampleType.Address)) return null;
        for (var i = 0; i < file.Lines.Length; i++)
        {
            var value = System.Text.Encoding.Latin1.GetString(file.ValueAt(i));
            if (map.Value == SampleType.Integer ? TryNumber(value, ArgumentKind.Integer, out _) : IsAnyAddress(value)) continue;
            return $"unable to parse '{value}' at line {file.NumberOf(i)} of file '{file.Path}'";
        }
        return null;
    }

    private static ArgumentComplaint Unreadable(string word, ArgumentKind kind, int index) =>
        new(index, $"failed to parse '{word}' as type '{NameOf(kind)}' at position {index}");

    private static bool TryNumber(string word, ArgumentKind kind, out long number)
    {
        if (kind != ArgumentKind.TimeMs) return long.TryParse(word, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out number);
        var read = Units.TryTime(word, 1, out var milliseconds, out _);
        number = milliseconds;
        return read == UnitError.None;
    }

    private static bool IsAddress(string word, ArgumentKind kind)
    {
        if (kind is ArgumentKind.IPv4Mask or ArgumentKind.IPv6Mask && int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var bits))
            return bits <= (kind == ArgumentKind.IPv4Mask ? 32 : 128);
        var family = kind is ArgumentKind.IPv4 or ArgumentKind.IPv4Mask ? AddressFamily.InterNetwork : AddressFamily.InterNetworkV6;
        return IPAddress.TryParse(word, out var address) && address.AddressFamily == family
            && (family == AddressFamily.InterNetworkV6 || word.Count(c => c == '.') == 3);
    }

    private static string NameOf(ArgumentKind kind) => kind switch
    {
        ArgumentKind.Integer => "integer",
        ArgumentKind.TimeMs => "delay",
        ArgumentKind.Size => "size",
        ArgumentKind.IPv4 => "IPv4 address",
        ArgumentKind.IPv6 => "IPv6 address",
        ArgumentKind.IPv4Mask => "IPv4 mask",
        ArgumentKind.IPv6Mask => "IPv6 mask",
        ArgumentKind.Regex => "regex",
        ArgumentKind.Backend => "backend",
        ArgumentKind.Frontend => "frontend",
        ArgumentKind.Server => "server",
        ArgumentKind.Table => "table",
        ArgumentKind.UserList => "user list",
        ArgumentKind.Map => "map",
        ArgumentKind.ProtobufField => "Protocol buffers field number",
        _ => "string",
    };

    /// <summary>As the original says, where an expression is no test of an ACL.</summary>
    private static string Statement(string where, ParseScope scope) =>
        scope.Statement.Length > 0 && where.StartsWith("sample fetch", StringComparison.Ordinal) ? $" in {scope.Statement}" : "";
}
