"""Many letters of one template, without doing the same work twice."""
