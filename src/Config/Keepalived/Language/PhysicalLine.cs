namespace Evenkeel.Config.Keepalived.Language;

/// <summary>
/// One line of the configuration as read from its file: comment and outer white space taken off, includes already followed.
/// Files -> <b>PhysicalLine</b> -> <see cref="LineReader"/> -> blocks.
/// </summary>
/// <param name="Text">What is left of the line; may be empty.</param>
/// <param name="File">The file it stands in.</param>
/// <param name="Number">1-based line number in that file.</param>
/// <param name="Complaint">What was wrong with the line already while its file was read, or null.</param>
internal readonly record struct PhysicalLine(string Text, SourceFile File, int Number, string? Complaint = null);

/// <summary>A file of the configuration: its name as the operator (or a glob) wrote it, and the directory that relative includes inside it start
/// from.</summary>
internal sealed record SourceFile(string Name, string Directory, bool IsMain);
