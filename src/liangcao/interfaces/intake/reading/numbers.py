"""Numbers as people write them: 2万, 六万, 1.6万, 两千五, １，２００, 500-1000, 200多, 近三千, 零."""
