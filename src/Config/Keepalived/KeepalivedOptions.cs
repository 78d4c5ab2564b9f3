namespace Evenkeel.Config.Keepalived;

/// <summary>What the command line says about how the file is read.</summary>
public sealed record KeepalivedOptions
{
    /// <summary>`-i`: what `@id` lines are compared with; null for the host's name up to the first dot.</summary>
    public string? ConfigId { get; init; }
}
