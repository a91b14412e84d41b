using System.ComponentModel;
using Tandem.Problems;
using Tandem.Schema;

namespace Tandem.Operations;

/// <summary>
/// One typed change, as written: plain data. Its keyword in a file is the type's name in snake case; so are the keys,
/// from the properties' names. <see cref="DescriptionAttribute"/> texts become the JSON Schema and the reference page.
/// </summary>
public abstract record Operation
{
    /// <summary>Where it stands in its file.</summary>
    [Browsable(false)]
    public SourceSpan? Place { get; init; }

    /// <summary>The tables it names.</summary>
    [Browsable(false)]
    public abstract IEnumerable<string> Tables { get; }

    /// <summary>One sentence in plain language, made from the operation alone.</summary>
    public abstract string Summarize();

    /// <summary>The same in the words of an engine, where the file has some for each.</summary>
    /// <param name="engine"><c>postgres</c> or <c>sqlite</c>.</param>
    public virtual string Summarize(string engine) => Summarize();

    /// <summary>Does to the draft what the operation says; reports what does not fit. Pure but for the draft.</summary>
    internal abstract void Apply(ChangeDraft draft);
}
