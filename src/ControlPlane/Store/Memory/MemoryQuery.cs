using System.Collections;
using System.Linq.Expressions;
using System.Reflection;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Query;

namespace Gateway.ControlPlane.Store.Memory;

/// <summary>A query over rows in memory: the same expressions as over the database's tables, carried out by LINQ itself.</summary>
/// <typeparam name="T">What the query gives.</typeparam>
/// <param name="expression">The query.</param>
internal sealed class MemoryQuery<T>(Expression expression) : IOrderedQueryable<T>, IAsyncEnumerable<T>
{
    /// <inheritdoc/>
    public Type ElementType => typeof(T);

    /// <inheritdoc/>
    public Expression Expression => expression;

    /// <inheritdoc/>
    public IQueryProvider Provider => MemoryQueries.Instance;

    /// <inheritdoc/>
    public IEnumerator<T> GetEnumerator() => MemoryQueries.Local<T>(expression).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <inheritdoc/>
    public async IAsyncEnumerator<T> GetAsyncEnumerator(CancellationToken cancellationToken = default)
    {
        await ValueTask.CompletedTask;
        foreach (var element in this)
        {
            yield return element;
        }
    }
}

/// <summary>Makes and carries out queries over rows in memory.</summary>
internal sealed class MemoryQueries : IAsyncQueryProvider
{
    private static readonly MethodInfo _property = typeof(EF).GetMethod(nameof(EF.Property))!;
    private static readonly MethodInfo _get = typeof(MemoryQueries).GetMethod(nameof(Get), BindingFlags.Static | BindingFlags.NonPublic)!;

    public static MemoryQueries Instance { get; } = new();

    /// <summary>A query that gives all of some rows.</summary>
    public static IQueryable<Dictionary<string, object?>> Of(IEnumerable<Dictionary<string, object?>> rows) => new MemoryQuery<Dictionary<string, object?>>(rows.AsQueryable().Expression);

    /// <summary>The same query over plain LINQ.</summary>
    public static IQueryable<T> Local<T>(Expression expression) => Array.Empty<T>().AsQueryable().Provider.CreateQuery<T>(new Translator().Visit(expression));

    /// <inheritdoc/>
    public IQueryable CreateQuery(Expression expression) => throw new NotSupportedException("queries have a type");

    /// <inheritdoc/>
    public IQueryable<TElement> CreateQuery<TElement>(Expression expression) => new MemoryQuery<TElement>(expression);

    /// <inheritdoc/>
    public object? Execute(Expression expression) => Execute<object?>(expression);

    /// <inheritdoc/>
    public TResult Execute<TResult>(Expression expression) => Array.Empty<object>().AsQueryable().Provider.Execute<TResult>(new Translator().Visit(expression));

    /// <inheritdoc/>
    public TResult ExecuteAsync<TResult>(Expression expression, CancellationToken cancellationToken = default)
    {
        // TResult is a Task<X>: what EF Core's asynchronous operators ask for.
        var result = GetType().GetMethods().First(m => m is { Name: nameof(Execute), IsGenericMethodDefinition: true })
            .MakeGenericMethod(typeof(TResult).GetGenericArguments()[0]).Invoke(this, [expression]);
        return (TResult)typeof(Task).GetMethod(nameof(Task.FromResult))!.MakeGenericMethod(typeof(TResult).GetGenericArguments()[0]).Invoke(null, [result])!;
    }

    private static T? Get<T>(Dictionary<string, object?> row, string name) => row.GetValueOrDefault(name) is T value ? value : Nothing<T>.Value;

    /// <summary>What stands for null: nothing is in no list, as in SQL.</summary>
    private static class Nothing<T>
    {
        public static readonly T? Value = typeof(T).IsArray ? (T)(object)Array.CreateInstance(typeof(T).GetElementType()!, 0) : default;
    }

    /// <summary>Puts rows' values in the place of <c>EF.Property</c>, and queries that a query uses in the place of the variables that hold them.</summary>
    private sealed class Translator : ExpressionVisitor
    {
        protected override Expression VisitMethodCall(MethodCallExpression node)
        {
            if (node.Method.IsGenericMethod && node.Method.GetGenericMethodDefinition() == _property)
            {
                return Expression.Call(
                    _get.MakeGenericMethod(node.Method.GetGenericArguments()), Expression.Convert(Visit(node.Arguments[0]), typeof(Dictionary<string, object?>)), Visit(node.Arguments[1]));
            }

            var visited = base.VisitMethodCall(node);
            return visited is MethodCallExpression { Object: { Type.IsClass: true } subject, Method.ReturnType: var type } && type == typeof(bool)
                ? Expression.AndAlso(Expression.NotEqual(subject, Expression.Constant(null, subject.Type)), visited)
                : visited;
        }

        protected override Expression VisitMember(MemberExpression node) =>
            typeof(IQueryable).IsAssignableFrom(node.Type) && node is { Member: FieldInfo field, Expression: ConstantExpression { Value: var closure } } && field.GetValue(closure) is IQueryable query
                ? Visit(query.Expression)
                : base.VisitMember(node);
    }
}
