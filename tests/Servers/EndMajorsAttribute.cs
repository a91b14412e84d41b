using System.Reflection;
using Xunit.Sdk;

namespace Tandem.Tests.Servers;

/// <summary>The majors of a theory that hangs little on the version: by day the oldest or the newest, which the method's name chooses, at night all.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class EndMajorsAttribute : DataAttribute
{
    /// <inheritdoc />
    public override IEnumerable<object[]> GetData(MethodInfo testMethod)
    {
        ArgumentNullException.ThrowIfNull(testMethod);
        return PostgresVersions.EndFor(testMethod.Name).Select(major => new object[] { major });
    }
}
