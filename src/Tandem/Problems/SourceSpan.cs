namespace Tandem.Problems;

/// <summary>A place in a file that a person wrote. Lines and columns count from 1.</summary>
/// <param name="File">The file's name relative to the workspace, with forward slashes.</param>
/// <param name="Line">Line, from 1; 0 when the whole file is meant.</param>
/// <param name="Column">Column, from 1; 0 when the whole line is meant.</param>
public sealed record SourceSpan(string File, int Line = 0, int Column = 0)
{
    /// <inheritdoc />
    public override string ToString() =>
        Line == 0 ? File : Column == 0 ? $"{File}:{Line}" : $"{File}:{Line}:{Column}";
}
