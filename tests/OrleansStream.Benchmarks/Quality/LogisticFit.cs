namespace OrleansStream.Benchmarks.Quality;

/// <summary>Logistic regression by Newton's method with a ridge.</summary>
internal static class LogisticFit
{
    private const double Ridge = 2;

    /// <summary>The intercept, then one weight per column.</summary>
    public static double[] Fit(IReadOnlyList<double[]> rows, IReadOnlyList<bool> labels, Func<int, bool> includes)
    {
        int size = rows[0].Length + 1;
        double[] weights = new double[size], x = new double[size];
        x[0] = 1;
        for (int step = 0; step < 15; step++)
        {
            double[] gradient = new double[size];
            double[,] hessian = new double[size, size];
            for (int i = 0; i < rows.Count; i++)
            {
                if (!includes(i)) continue;
                rows[i].CopyTo(x, 1);
                double p = 1 / (1 + Math.Exp(-Dot(weights, x))), error = (labels[i] ? 1 : 0) - p, curve = (p * (1 - p)) + 1e-9;
                for (int a = 0; a < size; a++)
                {
                    gradient[a] += error * x[a];
                    for (int b = 0; b <= a; b++) hessian[a, b] += curve * x[a] * x[b];
                }
            }
            for (int a = 0; a < size; a++)
            {
                if (a > 0) gradient[a] -= Ridge * weights[a];
                hessian[a, a] += a > 0 ? Ridge : 1e-6;
                for (int b = 0; b < a; b++) hessian[b, a] = hessian[a, b];
            }
            double[] change = Solve(hessian, gradient);
            for (int a = 0; a < size; a++) weights[a] += change[a];
            if (change.Max(Math.Abs) < 1e-6) break;
        }
        return weights;
    }

    public static double Score(double[] weights, double[] row)
    {
        double sum = weights[0];
        for (int i = 0; i < row.Length; i++) sum += weights[i + 1] * row[i];
        return sum;
    }

    private static double Dot(double[] left, double[] right)
    {
        double sum = 0;
        for (int i = 0; i < left.Length; i++) sum += left[i] * right[i];
        return sum;
    }

    private static double[] Solve(double[,] matrix, double[] right)
    {
        int n = right.Length;
        for (int i = 0; i < n; i++)
        {
            int pivot = Enumerable.Range(i, n - i).MaxBy(r => Math.Abs(matrix[r, i]));
            for (int c = 0; c < n; c++) (matrix[i, c], matrix[pivot, c]) = (matrix[pivot, c], matrix[i, c]);
            (right[i], right[pivot]) = (right[pivot], right[i]);
            for (int r = i + 1; r < n; r++)
            {
                double factor = matrix[r, i] / matrix[i, i];
                for (int c = i; c < n; c++) matrix[r, c] -= factor * matrix[i, c];
                right[r] -= factor * right[i];
            }
        }
        for (int i = n - 1; i >= 0; i--)
        {
            for (int c = i + 1; c < n; c++) right[i] -= matrix[i, c] * right[c];
            right[i] /= matrix[i, i];
        }
        return right;
    }
}
