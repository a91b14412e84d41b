using Tandem.Problems;

namespace Tandem.Databases;

/// <summary>Something that <c>doctor</c> looked at in a database.</summary>
/// <param name="Name">What.</param>
/// <param name="Found">What is the case.</param>
/// <param name="Problem">What is wrong with it, and what a person does about it; null when nothing is.</param>
public sealed record DatabaseCheck(string Name, string Found, Problem? Problem = null);
