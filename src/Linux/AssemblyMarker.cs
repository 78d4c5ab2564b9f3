namespace Evenkeel.Linux;

/// <summary>Names this assembly for the tests that look at the tree as a whole.</summary>
public static class AssemblyMarker;
