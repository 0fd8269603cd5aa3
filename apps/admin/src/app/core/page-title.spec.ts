import { Component } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { provideRouter, Router, TitleStrategy } from '@angular/router';
import { PageTitleStrategy } from './page-title';

@Component({ template: '' })
class AnyPage {}

describe('PageTitleStrategy', () => {
  it.each([
    ['/named', 'Organizations · Moolai Controller'],
    ['/nameless', 'Moolai Controller'],
  ])('titles %s "%s"', async (url, title) => {
    TestBed.configureTestingModule({
      providers: [
        { provide: TitleStrategy, useClass: PageTitleStrategy },
        provideRouter([
          { path: 'named', title: 'Organizations', component: AnyPage },
          { path: 'nameless', component: AnyPage },
        ]),
      ],
    });

    await TestBed.inject(Router).navigateByUrl(url);

    expect(document.title).toBe(title);
  });
});
