using Evenkeel.Control.RuntimeApi.Families;

namespace Evenkeel.Control.RuntimeApi;

/// <summary>Puts the families of commands together into the table every session uses.</summary>
public static class RuntimeCommands
{
    public static CommandTable Table { get; } = new(
    [
        .. SessionCommands.All,
        .. ProcessCommands.All,
        .. StatCommands.All,
        .. ServerCommands.All,
        .. ServerStateCommands.All,
        .. DynamicCommands.All,
        .. VariableCommands.All,
        .. SupportCommands.All,
        .. ResolverCommands.All,
        .. FrontendCommands.All,
        .. StreamCommands.All,
        .. ErrorCommands.All,
        .. CookieCommands.All,
        .. EngineCommands.All,
        .. ProfilingCommands.All,
        .. AnonymityCommands.All,
        .. DescriptorCommands.All,
        .. DebugCommands.All,
        .. EventCommands.All,
        .. PatternCommands.All,
        .. UnsupportedCommands.All,
    ]);
}
